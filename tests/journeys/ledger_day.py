"""A day in the life of a node's ledger, run beside it as a process of its own: looks, a deletion, a witness."""

from datetime import timedelta

from jejak.config import node


def main() -> None:
    with node.database() as _:
        node.django_ready()
        from jejak.access import actions as access
        from jejak.kernel import clock
        from jejak.kernel.settings import settings
        from jejak.ledger import gathering, sequencing, witnessing
        from jejak.trail import actions as trail
        from jejak.trail import closing, jobs

        now = clock.now()
        officer = access.add_account(
            email="lejar@contoh.example",
            name="Pegawai Lejar",
            kind="staff",
            role="health_officer",
            password="rahsia-lejar-1",
        )
        trail.record(by=officer, action="tracing.search", purpose="kes ujian", persons=[1], at=now - timedelta(days=1))
        closing.close_days(now=now, node=settings().node_id)
        jobs.retention(0)
        while (head := sequencing.sequence()) is None:
            pass  # the node's own worker is at it
        folder = sequencing.log_files().folder
        witnessing.folder().publish("logs", f"log {sequencing.verifier_keys(head.origin)[0]}\nquorum none\n".encode())
        policy = f"witness own {witnessing.verifier_keys()[0]} {settings().base_url}/ledger\nquorum own\n"
        (folder / "policy").write_text(policy)
        assert gathering.gather(now=now)


main()
