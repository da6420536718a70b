"""JupyterLab renderer of Vega-Lite 6 and Vega 6 outputs. The extension itself is the package's shared data."""

__version__ = "0.1.0"


def _jupyter_labextension_paths():
    return [{"src": "labextension", "dest": "diffrepairer-lab"}]
