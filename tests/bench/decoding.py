"""C4 placeholder."""
class Decoding:
    def __init__(self, settings): pass
    def repeat(self, number): pass
    def rows(self): return []
