from jejak.kernel.problems import JejakError, problem_document


class ShopShut(JejakError):
    """The shop is shut;
    come back tomorrow.

    Anything further is for programmers.
    """

    code = "shop-shut"
    status = 410


def test_a_problem_carries_the_sentence_the_code_and_what_is_particular() -> None:
    assert problem_document(ShopShut("since 9 pm", until="08:00"), instance="/p/ABC") == {
        "type": "urn:jejak:problem:shop-shut",
        "title": "The shop is shut; come back tomorrow.",
        "status": 410,
        "code": "shop-shut",
        "detail": "since 9 pm",
        "instance": "/p/ABC",
        "until": "08:00",
    }


def test_what_is_not_known_is_left_out() -> None:
    assert set(problem_document(ShopShut())) == {"type", "title", "status", "code"}
    assert str(ShopShut()) == "The shop is shut; come back tomorrow."
