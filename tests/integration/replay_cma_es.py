"""CMA-ES for replay.py, written from docs/algorithm.md and arXiv 1604.00772 in plain Python; roots of matrices by the
iteration of Denman and Beavers, without eigenvectors."""
import math

CMA_ES = 26


def inverse(matrix):
    """Gauss and Jordan, with the largest pivot."""
    n = len(matrix)
    rows = [list(row) + [1.0 if i == j else 0.0 for j in range(n)] for i, row in enumerate(matrix)]
    for c in range(n):
        pivot = max(range(c, n), key=lambda r: abs(rows[r][c]))
        rows[c], rows[pivot] = rows[pivot], rows[c]
        rows[c] = [x / rows[c][c] for x in rows[c]]
        for r in range(n):
            if r != c:
                rows[r] = [x - rows[r][c] * y for x, y in zip(rows[r], rows[c])]
    return [row[n:] for row in rows]


def roots(matrix):
    """The symmetric root of a positive matrix, and its inverse."""
    root, inverted = matrix, [[1.0 if i == j else 0.0 for j in range(len(matrix))] for i in range(len(matrix))]
    for _ in range(40):
        def halved(a, b):
            return [[(x + y) / 2.0 for x, y in zip(row, other)] for row, other in zip(a, b)]
        root, inverted = halved(root, inverse(inverted)), halved(inverted, inverse(root))
    return root, inverted


def times(matrix, vector):
    return [math.fsum(a * x for a, x in zip(row, vector)) for row in matrix]


class CmaEs:
    def __init__(self, stream, n, blocks):
        self.stream, self.n, self.blocks, self.d = stream, n, blocks, blocks * (n - 1)
        self.mean = None

    def directions(self):
        """h_j of every block, as vectors of all coefficients."""
        for b in range(self.blocks):
            for j in range(1, self.n):
                h = [0.0] * (self.blocks * self.n)
                h[b * self.n:b * self.n + j + 1] = [x / math.sqrt(j * (j + 1)) for x in [1.0] * j + [-float(j)]]
                yield h

    def to_free(self, x):
        return [math.fsum(a * b for a, b in zip(h, x)) for h in self.directions()]

    def from_free(self, q):
        x = [1.0 / self.n] * (self.blocks * self.n)
        for h, value in zip(self.directions(), q):
            x = [a + value * b for a, b in zip(x, h)]
        return x

    def ask(self, k, i, philox):
        """m + σ C^(1/2) z for particle i of iteration k."""
        z = []
        for index in range(self.d):
            words = philox(self.stream.key, (k, i, CMA_ES, index))
            u2, u3 = (words[2] + 0.5) * 2.0 ** -32, words[3] * 2.0 ** -32
            z.append(math.sqrt(-2.0 * math.log(u2)) * math.cos(2.0 * math.pi * u3))
        return self.from_free([m + self.sigma * step for m, step in zip(self.mean, times(self.root, z))])

    def better_half(self, positions, utilities):
        """Weights and points in free coordinates, best first; ties to the lowest id, null last."""
        count = max(len(positions) // 2, 1)
        order = sorted(range(len(positions)), key=lambda i: (-math.inf if utilities[i] is None else utilities[i]), reverse=True)
        # sorted keeps equal ones in order, also when it is reversed.
        weights = [math.log((len(positions) + 1) / 2) - math.log(i) for i in range(1, count + 1)]
        return [w / sum(weights) for w in weights], [self.to_free(positions[i]) for i in order[:count]]

    def begin(self, positions, utilities):
        weights, points = self.better_half(positions, utilities)
        self.mean = [math.fsum(w * q[a] for w, q in zip(weights, points)) for a in range(self.d)]
        self.sigma, self.generation = 0.3, 0
        self.path_sigma, self.path_c = [0.0] * self.d, [0.0] * self.d
        self.covariance = [[1.0 if a == b else 0.0 for b in range(self.d)] for a in range(self.d)]
        self.root, self.inverted = roots(self.covariance)

    def tell(self, positions, utilities):
        d = self.d
        weights, points = self.better_half(positions, utilities)
        mu = 1.0 / sum(w * w for w in weights)
        cs, cc = (mu + 2) / (d + mu + 5), (4 + mu / d) / (d + 4 + 2 * mu / d)
        c1 = 2 / ((d + 1.3) ** 2 + mu)
        cmu = min(1 - c1, 2 * (mu - 2 + 1 / mu) / ((d + 2) ** 2 + mu))
        damping = 1 + 2 * max(0.0, math.sqrt((mu - 1) / (d + 1)) - 1) + cs
        expected = math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d))
        steps = [[(q - m) / self.sigma for q, m in zip(point, self.mean)] for point in points]
        step = [math.fsum(w * y[a] for w, y in zip(weights, steps)) for a in range(d)]
        self.generation += 1
        self.path_sigma = [(1 - cs) * p + math.sqrt(cs * (2 - cs) * mu) * y for p, y in zip(self.path_sigma, times(self.inverted, step))]
        length = math.sqrt(math.fsum(p * p for p in self.path_sigma))
        grows = length / math.sqrt(1 - (1 - cs) ** (2 * self.generation)) < (1.4 + 2 / (d + 1)) * expected
        self.path_c = [(1 - cc) * p + (math.sqrt(cc * (2 - cc) * mu) * y if grows else 0.0) for p, y in zip(self.path_c, step)]
        kept = 1 - c1 - cmu + (0.0 if grows else c1 * cc * (2 - cc))
        self.covariance = [[kept * self.covariance[a][b] + c1 * self.path_c[a] * self.path_c[b] +
                            cmu * math.fsum(w * y[a] * y[b] for w, y in zip(weights, steps)) for b in range(d)] for a in range(d)]
        self.mean = [m + self.sigma * y for m, y in zip(self.mean, step)]
        self.sigma *= math.exp(cs / damping * (length / expected - 1))
        self.root, self.inverted = roots(self.covariance)
