"""Synthesise the templates of a stage."""

from pathlib import Path

from aws_cdk import App, BootstraplessSynthesizer

from infra.cdk.core import CoreStack
from infra.cdk.edge import EdgeStack
from infra.cdk.settings import Settings


def synthesise(settings: Settings, fingerprint: str, folder: Path) -> None:
    """Write `core.template.json` and `edge.template.json` into `folder`."""
    app = App(
        outdir=str(folder), analytics_reporting=False, default_stack_synthesizer=BootstraplessSynthesizer()
    )
    CoreStack(app, "core", settings, fingerprint)
    EdgeStack(app, "edge", settings)
    app.synth()
