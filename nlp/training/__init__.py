"""Training of the built-in static model, in numpy and scipy: no torch, no GPU, minutes on two cores.

    texts ─ tokenizer (unigram, pieces of ≤ 3 syllables) ─ random-IDF rows ─ contrastive steps ─ int8 file

It reads text that is not shipped and writes one small model; the chat never imports it. Why each choice was made is
in `model/MODEL_CARD.md`. Run it with `python -m nlp.training --data FOLDER --out nlp/model`.
"""
