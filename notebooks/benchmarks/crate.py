"""Whether the record of a build passes roc-validator's RO-Crate profile, without network; exit status 1 where it does not.

The validator brings some 40 packages, so it has an environment of its own; RO-Crate's terms come from the rocrate package there:
python -m venv /tmp/roc; /tmp/roc/bin/pip install roc-validator==0.13.0 rocrate; /tmp/roc/bin/python benchmarks/crate.py ../reports
"""

import json
import sys
from importlib import resources
from pathlib import Path
from types import SimpleNamespace

from rocrate_validator import models, services
from rocrate_validator.utils import document_loader, http

TERMS = json.loads(resources.files("rocrate").joinpath("data/ro-crate.jsonld").read_text(encoding="utf-8"))
ANSWER = SimpleNamespace(status_code=200, headers={"Content-Type": "application/ld+json"}, json=lambda: TERMS)


def answered(url, **_):
    """The terms of RO-Crate, whoever asks for them; nothing else is there without a network."""
    if not (url.startswith("https://w3id.org/ro/crate/") and url.endswith("/context")):
        raise OSError(f"the network was asked for {url}")
    return ANSWER


def issues(folder, severity):
    """What the profile has against the crate of a folder, as sentences."""
    settings = services.ValidationSettings(
        rocrate_uri=folder, profile_identifier="ro-crate-1.1", requirement_severity=severity, offline=True
    )
    return [
        f"{issue.severity.name}: {issue.violatingEntity or ''} {issue.message}"
        for issue in services.validate(settings).get_issues()
    ]


document_loader._fetch_json_ld = lambda url: answered(url).json()
http.HttpRequester.get = staticmethod(answered)
required = [issue for folder in sys.argv[1:] for issue in issues(Path(folder), models.Severity.REQUIRED)]
recommended = [issue for folder in sys.argv[1:] for issue in issues(Path(folder), models.Severity.RECOMMENDED)]
print("\n".join(recommended) or "Nothing required or recommended is missing.")
sys.exit(bool(required))
