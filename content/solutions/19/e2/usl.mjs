// With x = N - 1 the law says N / C - 1 = βx² + (α + β)x: a parabola through the origin.
export function fit(points) {                    // [instances, throughput], first with one
  const [, one] = points[0];
  const sum = { x2: 0, x3: 0, x4: 0, xy: 0, x2y: 0 };
  for (const [n, throughput] of points) {
    const [x, y] = [n - 1, n * one / throughput - 1];
    sum.x2 += x ** 2; sum.x3 += x ** 3; sum.x4 += x ** 4;
    sum.xy += x * y; sum.x2y += x ** 2 * y;
  }
  const det = sum.x2 * sum.x4 - sum.x3 ** 2;     // least squares
  const beta = (sum.x2 * sum.x2y - sum.x3 * sum.xy) / det;
  const alpha = (sum.x4 * sum.xy - sum.x3 * sum.x2y) / det - beta;
  return { alpha, beta, peak: Math.sqrt((1 - alpha) / beta),
    at: (n) => n * one / (1 + alpha * (n - 1) + beta * n * (n - 1)) };
}
