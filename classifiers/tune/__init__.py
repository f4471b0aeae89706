"""Making the small encoder that judges wording in context; needs the extra ``train``, runs offline.

Run by ``python -m classifiers.tune``. What it writes lies in ``classifiers/encoder_tuned``.
"""
