from pathlib import Path

import pytest

from jejak.kernel.settings import SettingError, Settings, read_settings


def test_without_anything_set_every_setting_has_its_default() -> None:
    assert read_settings({}) == Settings()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("JEJAK_PORT", "eighty"),
        ("JEJAK_PORT", "0"),
        ("JEJAK_PORT", "65536"),
        ("JEJAK_DEMO", "perhaps"),
        ("JEJAK_VISIT_DAYS", "-1"),
        ("JEJAK_PUBLIC_URL", "jejak.example"),
        ("JEJAK_PUBLIC_URL", "https://a.example/?x=1"),
        ("DATABASE_URL", "mysql://x"),
        ("JEJAK_NODE_ID", "Not An Id"),
    ],
)
def test_a_value_that_cannot_be_used_fails_by_its_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"^{variable}: "):
        read_settings({variable: value})


def test_a_misspelt_setting_is_refused_rather_than_ignored() -> None:
    with pytest.raises(SettingError, match="JEJAK_VISITDAYS"):
        read_settings({"JEJAK_VISITDAYS": "5"})


def test_a_secret_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "url"
    path.write_text("postgresql://jejak@db/jejak\n")
    assert read_settings({"DATABASE_URL_FILE": str(path)}).database_url == "postgresql://jejak@db/jejak"


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="keep one"):
        read_settings({"DATABASE_URL": "postgresql://a", "DATABASE_URL_FILE": str(tmp_path)})


def test_a_secret_file_that_cannot_be_read_is_named() -> None:
    with pytest.raises(SettingError, match="DATABASE_URL_FILE: /nonexistent"):
        read_settings({"DATABASE_URL_FILE": "/nonexistent"})


def test_a_bad_secret_does_not_stand_in_the_message() -> None:
    with pytest.raises(SettingError) as caught:
        read_settings({"DATABASE_URL": "mysql://root:geheim@db"})
    assert "geheim" not in str(caught.value)


def test_no_secret_shows_in_a_log() -> None:
    assert "geheim" not in repr(read_settings({"DATABASE_URL": "postgresql://jejak:geheim@db/jejak"}))


def test_posters_carry_the_public_address_without_a_slash() -> None:
    assert read_settings({"JEJAK_PUBLIC_URL": "https://jejak.example/"}).base_url == "https://jejak.example"
    assert read_settings({"JEJAK_PORT": "8123"}).base_url == "http://127.0.0.1:8123"
