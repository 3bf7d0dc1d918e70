"""The verbs of papers, seals and certificates. Other rooms, views, the API and porters call only these."""

from .bundles import awaited, deliver_bundle, print_bundle_paper
from .delivering import Collector, archive, deliver
from .drawing import draw, draw_waiting, read
from .ending import revoke, revoke_promised, supersede
from .preparing import prepare
from .print_runs import begin_print_run, carry_out_print_run, sweep_print_runs
from .printing import print_paper
from .proving import prove_silences
from .registering import register
from .seals import change_state, choose_seal, register_seal
from .verifying import Verification, verify

__all__ = [
    "Collector",
    "Verification",
    "archive",
    "awaited",
    "begin_print_run",
    "carry_out_print_run",
    "change_state",
    "choose_seal",
    "deliver",
    "deliver_bundle",
    "draw",
    "draw_waiting",
    "prepare",
    "print_bundle_paper",
    "print_paper",
    "prove_silences",
    "read",
    "register",
    "register_seal",
    "revoke",
    "revoke_promised",
    "supersede",
    "sweep_print_runs",
    "verify",
]
