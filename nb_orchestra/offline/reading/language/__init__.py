"""The words themselves, none of one table: tokens and lemmas, the lexicon, synonyms, stems and slips."""
