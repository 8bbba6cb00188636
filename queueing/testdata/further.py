"""Prints further.yaml: the families of queueing.yaml with other parameters.

Every figure is computed here with 40 digits by another method than the Go code's where
there is one: chains are solved state by state, closed networks by convolution instead of
mean values, tails by matrix exponentials, impatience by integrating over the patience,
popularity by summing every key.   python3 further.py > further.yaml   (needs mpmath)
"""
import itertools
import math
from mpmath import mp, mpf, exp, log, quad, findroot, inf, sqrt, erfinv, matrix, lu_solve, expm, binomial, factorial

mp.dps = 40
ANALYTIC = {"analytic_rel": "1e-8"}
SIM = {"analytic_rel": "1e-8", "sim_rel_mean": 0.03, "sim_rel_quantile": 0.04}


def show(v):
    if isinstance(v, bool):
        return "true" if v else "false"
    if isinstance(v, int):
        return str(v)
    if isinstance(v, str):
        return v if v[:1].isdigit() else '"%s"' % v
    if isinstance(v, (list, tuple)):
        return "[" + ", ".join(show(x) for x in v) + "]"
    if isinstance(v, dict):
        return "{" + ", ".join("%s: %s" % (k, show(x)) for k, x in v.items()) + "}"
    text = mp.nstr(mpf(v), 10, min_fixed=-4, max_fixed=12)
    return text


def case(name, model, inputs, expect, tolerance=ANALYTIC, kind="exact", source=""):
    print("- id: further-" + name)
    print('  model: "%s"' % model)
    print("  kind: " + kind)
    print("  inputs: " + show(inputs))
    print("  expect: " + show(expect))
    print("  tolerance: " + show(tolerance))
    print('  source: "%s"' % source)


def root(f, lo, hi):
    lo, hi = mpf(lo), mpf(hi)
    up = f(lo) < 0
    for _ in range(140):
        mid = (lo + hi) / 2
        if (f(mid) < 0) == up:
            lo = mid
        else:
            hi = mid
    return (lo + hi) / 2


def stationary(up, down, n):
    """Birth-death chain of states 0..n."""
    w = [mpf(1)]
    for k in range(n):
        w.append(w[-1] * up(k) / down(k + 1))
    total = sum(w)
    return [x / total for x in w]


# --- one queue, open ---
for lam, mu, tol in [(1, 100, ANALYTIC), (30, 100, SIM), (99, 100, ANALYTIC), (999, 1000, ANALYTIC), ("0.002", "0.0025", SIM), (45000, 60000, SIM)]:
    l, m = mpf(lam), mpf(mu)
    r = l / m
    q = {"p%s_s" % str(p)[2:].ljust(2, "0"): -log(1 - mpf(p)) / (m - l) for p in ["0.5", "0.75", "0.95", "0.99", "0.9999"]}
    expect = dict(rho=r, L=r / (1 - r), Lq=r * r / (1 - r), W_s=1 / (m - l), Wq_s=r / (m - l), P0=1 - r, p_wait_gt0=r, **q)
    expect["wait_p99_s"] = max(mpf(0), log(r / mpf("0.01")) / (m - l))
    case("mm1-l%s-m%s" % (lam, mu), "M/M/1", dict(lambda_per_s=l, mu_per_s=m), expect, tol, source="sojourn ~ Exp(mu-lambda)")


def mmc(l, m, c):
    l, m, a = mpf(l), mpf(m), mpf(l) / mpf(m)
    term, total = mpf(1), mpf(0)
    for k in range(c):
        total += term
        term = term * a / (k + 1)
    # term = a^c/c!, relative to state 0
    B = term / (total + term)
    C = B / (1 - a / c * (1 - B))
    theta = c * m - l

    def tail(t):
        if abs(theta - m) < mpf(10) ** -30 * m:
            return exp(-m * t) * (1 + C * m * t)
        return (1 - C) * exp(-m * t) + C * (theta * exp(-m * t) - m * exp(-theta * t)) / (theta - m)

    def quantile(p):
        hi = 1 / m
        while tail(hi) > 1 - p:
            hi *= 2
        return root(lambda t: tail(t) - (1 - p), 0, hi)

    wait = lambda p: max(mpf(0), log(C / (1 - p)) / theta)
    return a, B, C, theta, quantile, wait, tail


for l, m, c, tol in [("0.05", 1, 1, ANALYTIC), ("0.1", 1, 2, ANALYTIC), ("1.98", 1, 2, ANALYTIC), (2, 1, 3, SIM), (5, 1, 6, SIM), (27, 3, 10, ANALYTIC), (400, 10, 50, ANALYTIC), (990, 1, 1000, ANALYTIC), (19900, 2, 10000, ANALYTIC), (1, 1, 40, ANALYTIC)]:
    a, B, C, theta, quantile, wait, _ = mmc(l, m, c)
    W = 1 / mpf(m) + C / theta
    expect = dict(offered_erlangs=a, rho=a / c, erlang_B=B, erlang_C=C, Lq=C * mpf(l) / theta, L=W * mpf(l), Wq_s=C / theta, W_s=W,
                  p50_s=quantile(mpf("0.5")), p90_s=quantile(mpf("0.9")), p99_s=quantile(mpf("0.99")), p9999_s=quantile(mpf("0.9999")), wait_p99_s=wait(mpf("0.99")))
    case("mmc-l%s-m%s-c%d" % (l, m, c), "M/M/c", dict(lambda_per_s=mpf(l), mu_per_s=m, c=c), expect, tol, source="Erlang C summed state by state; tail by bisection")

for a, c, tol in [("0.01", 1, ANALYTIC), (3, 7, SIM), (20, 10, SIM), (200, 10, ANALYTIC), (9500, 10000, ANALYTIC), (10, 60, ANALYTIC), ("0.5", 30, ANALYTIC)]:
    B = mmc(a, 1, c)[1]
    case("erlangB-a%s-c%d" % (a, c), "M/M/c/c", dict(offered_erlangs=mpf(a), c=c), dict(blocking=B, carried_erlangs=mpf(a) * (1 - B), utilisation=mpf(a) * (1 - B) / c), tol,
         source="Erlang B summed state by state")

for l, m, c, K, tol in [(3, 1, 1, 1, SIM), (1, 2, 1, 30, SIM), (9, 1, 10, 12, SIM), (300, 1, 250, 400, ANALYTIC), (2, 1, 2, 2, SIM), (50, 1, 5, 500, ANALYTIC)]:
    p = stationary(lambda k: mpf(l), lambda k: mpf(m) * min(k, c), K)
    L = sum(k * x for k, x in enumerate(p))
    Lq = sum(max(0, k - c) * x for k, x in enumerate(p))
    X = l * (1 - p[K])
    case("mmcK-l%d-c%d-K%d" % (l, c, K), "M/M/c/K", dict(lambda_per_s=l, mu_per_s=m, c=c, K_total=K),
         dict(blocking=p[K], L=L, Lq=Lq, throughput_per_s=X, W_accepted_s=L / X, Wq_accepted_s=Lq / X, P0=p[0]), tol, source="birth-death chain")


def h2(mean, scv):
    mean, scv = mpf(mean), mpf(scv)
    p = (1 + sqrt((scv - 1) / (scv + 1))) / 2
    return p, 2 * p / mean, 2 * (1 - p) / mean


def moments(kind, mean, scv):
    mean, scv = mpf(mean), mpf(scv)
    if kind == "deterministic":
        return mean, mean**2, mean**3
    if kind.startswith("Erlang"):
        k = 1 / scv
        return mean, mean**2 * (k + 1) / k, mean**3 * (k + 1) * (k + 2) / k**2
    if kind.startswith("H2"):
        p, a, b = h2(mean, scv)
        return tuple(p * factorial(n) / a**n + (1 - p) * factorial(n) / b**n for n in (1, 2, 3))
    s2 = log(1 + scv)
    u = log(mean) - s2 / 2
    return tuple(exp(n * u + n * n * s2 / 2) for n in (1, 2, 3))


for kind, mean, scv, rho, tol in [("deterministic", "0.002", 0, "0.2", SIM), ("deterministic", 2, 0, "0.98", ANALYTIC), ("Erlang-3", "0.01", mpf(1) / 3, "0.6", SIM), ("Erlang-20", "0.005", "0.05", "0.9", ANALYTIC),
                                  ("H2 balanced means", "0.02", 2, "0.6", SIM), ("H2 balanced means", "0.01", 25, "0.7", ANALYTIC), ("lognormal", "0.03", 1, "0.6", SIM), ("lognormal", "0.01", 16, "0.3", ANALYTIC), ("exponential", "0.01", 1, "0.75", SIM)]:
    rho, mean = mpf(rho), mpf(mean)
    l = rho / mean
    b1, b2, b3 = moments("Erlang-1" if kind == "exponential" else kind, mean, scv)
    Wq = l * b2 / 2 / (1 - rho)
    var = 2 * Wq**2 + l * b3 / 3 / (1 - rho) - Wq**2
    case("mg1-%s-scv%s-rho%s" % (kind.split()[0], mp.nstr(mpf(scv), 4), mp.nstr(rho, 3)), "M/G/1 FCFS", dict(lambda_per_s=l, mean_service_s=mean, scv=mpf(scv), service=kind),
         dict(rho=rho, Wq_s=Wq, W_s=Wq + mean, Lq=l * Wq, L=l * (Wq + mean), Wq_std_s=sqrt(var), ps_W_s=mean / (1 - rho)), tol if scv != 2 else dict(SIM, sim_rel_mean=0.05), source="Pollaczek-Khinchine, first two moments")

mp.dps = 120  # the series alternates
for rho, D, tol in [("0.1", 1, ANALYTIC), ("0.5", "0.02", SIM), ("0.9", "0.01", ANALYTIC), ("0.97", "0.01", ANALYTIC)]:
    r, D = mpf(rho), mpf(D)
    l = r / D

    def below(t):
        return (1 - r) * sum((-l * (t - k * D)) ** k / factorial(k) * exp(l * (t - k * D)) for k in range(int(t / D) + 1))

    def quantile(p):
        if p <= 1 - r:
            return mpf(0)
        hi = D
        while below(hi) < p:
            hi *= 2
        return root(lambda t: below(t) - p, 0, hi)

    expect = {"wait_p%s_s" % p: quantile(mpf("0." + p)) for p in ["50", "90", "99", "999"]}
    expect["sojourn_p99_s"] = expect["wait_p99_s"] + D
    case("md1-quantiles-rho%s" % rho, "M/D/1 FCFS", dict(lambda_per_s=l, service_s=D), expect, tol, source="Erlang 1909, alternating series with 120 digits")
mp.dps = 40

for letter, rho, scv, tol in [("D", "0.3", 0, SIM), ("D", "0.99", 0, ANALYTIC), ("E4", "0.7", 0, SIM), ("E10", "0.95", 0, ANALYTIC), ("M", "0.6", 0, ANALYTIC), ("H2", "0.7", 4, SIM), ("H2", "0.2", 10, ANALYTIC)]:
    mu = mpf(100)
    l = mpf(rho) * mu
    lst = {"D": lambda s: exp(-s / l), "M": lambda s: l / (l + s)}.get(letter)
    if letter[0] == "E":
        k = int(letter[1:])
        lst = lambda s: (k * l / (k * l + s)) ** k
    if letter == "H2":
        p, a, b = h2(1 / l, scv)
        lst = lambda s: p * a / (a + s) + (1 - p) * b / (b + s)
    sigma = mpf("0.5")
    for _ in range(20000):  # fixed-point iteration converges to the root below 1
        new = lst(mu * (1 - sigma))
        if abs(new - sigma) < mpf(10) ** -35:
            break
        sigma = new
    inputs = dict(lambda_per_s=l, mu_per_s=mu)
    if letter == "H2":
        inputs["scv"] = scv
    case("gim1-%s-rho%s" % (letter, rho), "GI/M/1 (%s/M/1)" % letter, inputs,
         dict(sigma=sigma, W_s=1 / mu / (1 - sigma), Wq_s=sigma / mu / (1 - sigma), p_wait=sigma, p99_s=log(100) / mu / (1 - sigma)), tol, source="fixed point of sigma = A*(mu(1-sigma))")

# --- networks ---
for l, mus, tol in [(50, [100], ANALYTIC), (50, [100, 100], SIM), (10, [20, 20, 20, 20], SIM), (90, [100, 91, 1000], ANALYTIC), (1, ["1.5", 3, "4.5", 6, 9, 30], ANALYTIC), (10, [20, "20.000001", 40], ANALYTIC)]:
    rates = [mpf(m) - l for m in mus]
    n = len(rates)
    A = matrix(n, n)
    for i in range(n):
        A[i, i] = -rates[i]
        if i + 1 < n:
            A[i, i + 1] = rates[i]
    tail = lambda t: sum(expm(A * t)[0, j] for j in range(n))
    total = sum(1 / r for r in rates)

    def quantile(p):
        mp.dps = 25
        hi = total
        while tail(hi) > 1 - p:
            hi *= 2
        lo = mpf(0)
        for _ in range(50):
            mid = (lo + hi) / 2
            if tail(mid) > 1 - p:
                lo = mid
            else:
                hi = mid
        mp.dps = 40
        return (lo + hi) / 2

    case("tandem-%d-l%d" % (n, l) + ("-near" if "20.000001" in mus else ""), "tandem M/M/1 x%d" % n, dict(lambda_per_s=l, mu_per_s=[mpf(m) for m in mus]),
         dict(p50_s=quantile(mpf("0.5")), p95_s=quantile(mpf("0.95")), p99_s=quantile(mpf("0.99")), sum_of_p99_s=sum(log(100) / r for r in rates)), tol, source="matrix exponential of the phases")

for l, m, p, tol in [(10, 100, "0.05", SIM), (45, 100, "0.5", SIM), (1, 1000, "0.9", ANALYTIC)]:
    e = l / (1 - mpf(p))
    r = e / m
    case("feedback-p" + p, "M/M/1 with Bernoulli feedback p=%s (unbounded immediate retry)" % p, dict(lambda_per_s=l, mu_per_s=m, p_feedback=mpf(p)),
         dict(effective_rate_per_s=e, rho=r, L=r / (1 - r), W_per_request_s=r / (1 - r) / l, visits=e / l), tol, source="traffic equation")

for name, l, mus, routes, tol in [
    ("two", 30, dict(web=60, db=50), dict(web=dict(db="0.8")), SIM),
    ("diamond", 200, dict(edge=400, a=150, b=250, db=300), dict(edge=dict(a="0.4", b="0.6"), a=dict(db="0.9"), b=dict(db="0.2")), SIM),
    ("loop", 20, dict(app=60, db=45, cache=100), dict(app=dict(db="0.3", cache="0.5"), db=dict(app="0.25"), cache=dict(db="0.2")), ANALYTIC),
]:
    names = list(mus)
    n = len(names)
    A, b = matrix(n, n), matrix(n, 1)
    b[0] = l
    for i in range(n):
        A[i, i] = 1
    for f in routes:
        for t in routes[f]:
            A[names.index(t), names.index(f)] -= mpf(routes[f][t])
    x = lu_solve(A, b)
    rho = [x[i] / mus[names[i]] for i in range(n)]
    L = sum(r / (1 - r) for r in rho)
    words = "; ".join("%s->" % f + ("{" + ", ".join("%s %s" % (t, r) for t, r in to.items()) + "}") for f, to in routes.items())
    case("jackson-" + name, "open Jackson: " + words, dict(lambda_per_s=l, mu_per_s=mus), dict(rates_per_s=[x[i] for i in range(n)], rho=rho, W_end_to_end_s=L / l), tol, source="traffic equations and Little")


def closed(demands, think, N):
    """Normalising constants by Buzen's convolution; thinking is a station without a queue."""
    g = [mpf(think) ** k / factorial(k) for k in range(N + 1)] if think else [mpf(1)] + [mpf(0)] * N
    for d in demands:
        for k in range(1, N + 1):
            g[k] += mpf(d) * g[k - 1]
    return g[N - 1] / g[N]


for name, demands, think, ns, tol in [("three", ["0.605", "2.1", "1.35"], 15, [1, 2, 3, 8], SIM), ("batch", ["0.04", "0.03"], 0, [1, 4, 12], ANALYTIC), ("balanced", ["0.01"] * 5, "0.2", [5, 25, 100], ANALYTIC), ("web2", ["0.02", "0.004"], "0.5", [10, 60], SIM)]:
    expect = {}
    for N in ns:
        X = closed(demands, mpf(think), N)
        expect["N%d_X" % N], expect["N%d_R" % N] = X, N / X - mpf(think)
    expect["Nstar"] = (sum(mpf(d) for d in demands) + mpf(think)) / max(mpf(d) for d in demands)
    case("mva-" + name, "closed, exact MVA, solved by convolution", dict(demands_s=[mpf(d) for d in demands], think_s=mpf(think)), expect, tol, source="Buzen's convolution")

for N, Z, S, c, tol in [(1, 1, "0.5", 1, SIM), (5, 2, "0.1", 1, SIM), (200, 10, "0.08", 1, ANALYTIC), (40, 1, "0.2", 4, SIM), (10000, 100, "0.5", 60, ANALYTIC)]:
    p = stationary(lambda k: (N - k) / mpf(Z), lambda k: min(k, c) / mpf(S), N)
    L = sum(k * x for k, x in enumerate(p))
    busy = sum(min(k, c) * x for k, x in enumerate(p))
    X = busy / mpf(S)
    inputs = dict(N=N, think_s=Z, service_s=mpf(S))
    if c > 1:
        inputs["c"] = c
    case("closed-N%d-c%d" % (N, c), "M/M/%s//%d" % ("1" if c == 1 else "c", N), inputs, dict(throughput_per_s=X, R_s=L / X, L=L, utilisation=busy / c), tol, source="birth-death chain")


def impatient(l, m, c, H, knots):
    """Zeltyn and Mandelbaum's integrals: the lost share with patience of integrated tail H."""
    l, m = mpf(l), mpf(m)
    J = quad(lambda x: exp(l * H(x) - c * m * x), knots)
    term, total = mpf(1), mpf(0)
    a = l / m
    for k in range(c):
        total += term
        term = term * a / (k + 1)
    E = total / (term * c / a)  # sum of states below c over state c-1
    return (1 + (l - c * m) * J) / (E + l * J), l * J / (E + l * J), J, E


for l, m, c, tau, tol in [(70, 100, 1, "0.02", SIM), (150, 100, 1, "0.1", SIM), (100, 100, 1, "0.5", ANALYTIC), (80, 100, 1, 1, ANALYTIC), ("3.6", 1, 4, "0.5", SIM), (55, 1, 50, "0.2", ANALYTIC)]:
    t = mpf(tau)
    drop, *_ = impatient(l, m, c, lambda x: min(x, t), [0, t, t + 5 / mpf(m), inf])
    inputs = dict(lambda_per_s=mpf(l), mu_per_s=m, tau_s=t)
    if c > 1:
        inputs["c"] = c
    case("deadline-l%s-c%d-tau%s" % (l, c, tau), "M/M/%s+D: server drops requests whose queue wait exceeds tau" % ("1" if c == 1 else "c"), inputs,
         dict(p_drop=drop, goodput_per_s=mpf(l) * (1 - drop), utilisation=mpf(l) * (1 - drop) / m / c), tol, source="M/M/c+G by integration over the patience (Zeltyn, Mandelbaum 2005)")

for l, m, c, th, tol in [(1, 1, 1, 1, SIM), (20, 1, 10, "0.2", SIM), (900, 1, 1000, 1, ANALYTIC), (5, 1, 6, 10, SIM), (1200, 1, 1000, "0.01", ANALYTIC)]:
    th_ = mpf(th)
    hi = c + 1
    ratio, w = mpf(1), mpf(1)
    weights = [mpf(1)]
    k = 0
    while True:
        weights.append(weights[-1] * mpf(l) / (min(k + 1, c) * mpf(m) + max(0, k + 1 - c) * th_))
        k += 1
        if k > c and weights[-1] < max(weights[-2], mpf(1)) * mpf(10) ** -35 and weights[-1] < sum(weights[-3:]) and weights[-1] / sum(weights) < mpf(10) ** -30:
            break
    total = sum(weights)
    p = [x / total for x in weights]
    Lq = sum(max(0, j - c) * x for j, x in enumerate(p))
    case("erlangA-l%s-c%d-th%s" % (l, c, th), "M/M/c+M (exponential patience)", dict(lambda_per_s=l, mu_per_s=m, c=c, abandon_rate_per_s=th_),
         dict(p_abandon=th_ * Lq / l, mean_wait_s=Lq / l, p_wait=sum(p[c:]), Lq=Lq), tol, source="birth-death chain")

for l, m, T in [(50, 100, "0.05"), (95, 100, "0.1"), (10, 100, "0.02")]:
    p = exp(-(mpf(m) - l) * mpf(T))
    case("client-timeout-l%d" % l, "M/M/1, client timeout T on sojourn, server does NOT cancel, no retries", dict(lambda_per_s=l, mu_per_s=m, T_s=mpf(T)), dict(p_timeout=p, wasted_work_fraction=p), dict(ANALYTIC, sim_rel_mean=0.05), source="exponential sojourn")

# --- retries ---
EXACT = {"analytic_rel": "1e-9", "sim_abs": 0.005}
for p, k in [("0.02", 2), ("0.25", 5), ("0.6", 3), ("0", 3), ("0.4", 1), ("0.8", 6)]:
    p_ = mpf(p)
    case("retry-p%s-k%d" % (p, k), "i.i.d. attempt failure, max attempts k, single layer", dict(p_fail=p_, max_attempts=k), dict(success=1 - p_**k, attempts_per_request=sum(p_**i for i in range(k))), EXACT, source="summed attempt by attempt")


def layered(p, k, d):
    """Attempts at the leaf and failure of a call, layer by layer."""
    calls, fail = mpf(1), p
    for _ in range(d):
        # of k attempts the j-th is made when those before failed
        calls, fail = calls * sum(fail**j for j in range(k)), fail**k
    return calls, fail


for p, k, d in [(1, 3, 5), (1, 2, 3), ("0.2", 3, 2), ("0.95", 2, 3)]:
    calls, fail = layered(mpf(p), k, d)
    case("layers-p%s-k%d-d%d" % (p, k, d), "retries at every one of d layers, k attempts each, leaf fails i.i.d. with p", dict(p_leaf=mpf(p), max_attempts=k, depth=d), dict(leaf_attempts_per_user_request=calls, user_failure=fail), {"analytic_rel": "1e-9", "sim_rel_mean": 0.03}, source="recursion from the leaf")

for p, b, on in [("0.2", "0.05", "call start"), ("0.02", "0.2", "call start"), ("0.2", "0.05", "successful call"), ("0.7", "0.2", "successful call"), ("0.03", "0.1", "successful call")]:
    p_, b_ = mpf(p), mpf(b)
    wanted = sum(p_**i for i in range(1, 4))
    if on == "call start":
        x, limited = min(wanted, b_), b_ < wanted
    else:
        # success share per call is (1-p) x attempts made: b(1-p)(1+x) = x
        x = b_ * (1 - p_) / (1 - b_ * (1 - p_))
        limited = x < wanted
        x = min(x, wanted)
    expect = dict(retries_per_call=x)
    if on != "call start":
        expect["bucket_limited"] = bool(limited)
    case("tokens-%s-p%s-b%s" % (on.split()[0], p, b), "token bucket: +%s per %s, -1 per retry, max 3 retries" % (b, on), dict(p_fail=p_, deposit=b_, retry_cost=1, max_retries=3), expect, {"sim_abs": 0.01}, source="token balance")

for r in ["0.2", "0.5", "0.001"]:
    case("grpc-threshold-" + r, "gRPC retryThrottling: -1 per failed RPC attempt, +tokenRatio per success, retry only if tokens > maxTokens/2", dict(tokenRatio=mpf(r), maxTokens=10), dict(p_star=mpf(r) / (1 + mpf(r))), {"analytic_rel": "1e-9"}, source="zero drift")


def grpc(p, tokens, units, attempts):
    """The chain of the token count in units of the ratio, walked attempt by attempt until it stands still."""
    full, half, one = tokens * units, tokens * units / 2, units
    dist = [0.0] * (full + 1)
    dist[full] = 1.0
    x = 0.0
    for _ in range(60000):
        retries = 0.0
        at, done = dist, [0.0] * (full + 1)
        for k in range(attempts):
            nxt = [0.0] * (full + 1)
            for t, w in enumerate(at):
                if w == 0.0:
                    continue
                done[min(full, t + 1)] += w * (1 - p)
                left = max(0, t - one)
                if k + 1 < attempts and left > half:
                    nxt[left] += w * p
                else:
                    done[left] += w * p
            at = nxt
            retries += sum(at)
        change = sum(abs(a - b) for a, b in zip(done, dist))
        dist, x = done, retries
        if change < 1e-13:
            break
    return x


for p, tokens, ratio, k in [("0.03", 10, "0.1", 3), ("0.15", 20, "0.2", 4), ("0.3", 6, "0.5", 3)]:
    x = grpc(float(p), tokens, round(1 / float(ratio)), k)
    case("grpc-p%s-t%d-r%s" % (p, tokens, ratio), "gRPC retryThrottling maxTokens %d tokenRatio %s, maxAttempts %d, per-attempt token accounting" % (tokens, ratio, k), dict(p_fail=mpf(p), maxTokens=tokens, tokenRatio=mpf(ratio), max_attempts=k),
         dict(retries_per_call=mpf(x), unthrottled=sum(mpf(p) ** i for i in range(1, k))), {"sim_abs": 0.004}, source="chain of the token count, walked to its stationary state")

for b, kind in [("0.05", "concurrency"), ("0.5", "concurrency"), ("0.05", "rate"), ("0.5", "rate")]:
    if kind == "concurrency":
        case("budget-concurrency-b" + b, "concurrency retry budget: active retries <= b*(active incl. retries), 100% failure, retries and first attempts of equal duration, many retries allowed", dict(budget=mpf(b)), dict(max_amplification=1 / (1 - mpf(b))), {"analytic_rel": "1e-9", "sim_rel_mean": 0.03}, kind="derived", source="r = b(1+r)")
    else:
        case("budget-rate-b" + b, "rate retry budget: deposit per original request", dict(budget=mpf(b), min_retries_per_s=0), dict(max_amplification=1 + mpf(b)), {"analytic_rel": "1e-9", "sim_rel_mean": 0.02}, source="r = b")

# --- availability ---
for slo in ["0.9", "0.995", "0.999999"]:
    down = 1 - mpf(slo)
    case("nines-" + slo, "downtime budget", dict(slo=mpf(slo)), dict(per_year_min=down * mpf("365.25") * 1440, per_30d_min=down * 43200, per_28d_min=down * 40320, per_week_min=down * 10080, per_day_s=down * 86400), source="arithmetic")
for a, n in [("0.99", 12), ("0.99999", 30)]:
    case("series-%d" % n, "series of %d" % n, dict(a=mpf(a), n=n), dict(availability=mpf(a) ** n), source="product")
for a, k, n in [("0.9", 1, 1), ("0.9", 2, 7), ("0.999", 15, 20), ("0.95", 90, 100), ("0.9999", 3, 5), ("0.99", 450, 500)]:
    q = 1 - mpf(a)
    u = sum(binomial(n, j) * mpf(a) ** j * q ** (n - j) for j in range(k))
    case("kofn-%d-%d-a%s" % (k, n, a), "k-of-n", dict(a=mpf(a), k=k, n=n), dict(availability=1 - u, unavailability=u), source="summed state by state")
for n, k, b, r, crew in [(2, 2, 100, 5, 1), (4, 2, 50, 10, 2), (6, 5, 8760, 4, 6), (10, 7, 200, 24, 3), (1, 1, 10, 90, 1)]:
    # the chain of the number down, solved as linear equations
    A, rhs = matrix(n + 1, n + 1), matrix(n + 1, 1)
    for d in range(n + 1):
        fail, fix = (n - d) / mpf(b), min(d, crew) / mpf(r)
        A[d, d] -= fail + fix
        if d < n:
            A[d + 1, d] += fail
        if d > 0:
            A[d - 1, d] += fix
    for j in range(n + 1):
        A[n, j] = 1
    rhs[n] = 1
    x = lu_solve(A, rhs)
    u = sum(x[d] for d in range(n + 1) if n - d < k)
    case("repair-%dof%d-crew%d" % (k, n, crew), "repairable k-of-n, exponential fail/repair", dict(n=n, k=k, mtbf_h=b, mttr_h=r, crew=crew), dict(availability=1 - u, unavailability=u), source="balance equations solved as a linear system")
for b, f in [(24, 300), (8760, 5)]:
    u = mpf(f) / (mpf(b) * 3600)
    case("failover-%d-%d" % (b, f), "active/passive with failover time", dict(mtbf_h=b, failover_s=f, mttr_h=2), dict(unavailability_approx=u, downtime_per_30d_s=u * 30 * 86400), {"analytic_rel": "1e-6"}, source="failover per failure")
for k, n, each, z, i in [(1, 2, 3, "0.9995", "0.99"), (3, 5, 1, "0.998", "0.999"), (2, 4, 4, "0.99", "0.9")]:
    zone = mpf(z) * (1 - (1 - mpf(i)) ** each)
    up = mpf(0)
    for states in itertools.product([0, 1], repeat=n):
        if sum(states) >= k:
            w = mpf(1)
            for s in states:
                w *= zone if s else 1 - zone
            up += w
    case("zones-%dof%d" % (k, n), "service needs %d of %d zones, instances in each (%d per zone, one needed per zone)" % (k, n, each), dict(zone=mpf(z), inst=mpf(i)), dict(zone_ok=zone, availability=up), source="all states of the zones")
for k, n, u, beta in [(1, 2, "0.001", "0.1"), (2, 3, "0.01", "0.05"), (3, 5, "0.02", "0.2")]:
    u_, c = mpf(u), mpf(beta) * mpf(u)
    single = (1 - mpf(beta)) * u_
    less = lambda q: sum(binomial(n, j) * (1 - q) ** j * q ** (n - j) for j in range(k))
    case("beta-%dof%d" % (k, n), "beta-factor model: a share beta of the unavailability of each part comes from one common cause", dict(k=k, n=n, unavailability=u_, beta=mpf(beta)), dict(unavailability=c + (1 - c) * less(single), unavailability_independent=less(u_)), source="IEC 61508-6 annex D; conditioned on the common cause")
for p, k in [("0.1", 3), ("0.001", 2)]:
    case("retry-dependency-" + p, "dependency error rate, transient i.i.d. against a correlated outage", dict(p=mpf(p), attempts=k), dict(failure_iid=mpf(p) ** k, failure_correlated=mpf(p)), source="product")
for h, s, f in [("0.999", "0.9", "0.5"), ("0.9999", "0.99", 1), (1, "0.95", 0)]:
    case("soft-%s-%s" % (s, f), "hard dep and soft dep with a fallback", dict(hard=mpf(h), soft=mpf(s), fallback=mpf(f)), dict(availability=mpf(h) * (mpf(s) + (1 - mpf(s)) * mpf(f))), source="by cases")

# --- breakers, limits, balancing ---
for p, N in [("0.9", 6), ("0.2", 2), ("0.5", 1)]:
    # first-step equations of the run of failures
    q = 1 - mpf(p)
    A, b = matrix(N, N), matrix(N, 1)
    for i in range(N):
        A[i, i] += 1
        A[i, 0] -= q
        if i + 1 < N:
            A[i, i + 1] -= mpf(p)
        b[i] = 1
    case("consecutive-p%s-n%d" % (p, N), "expected calls until N consecutive failures", dict(p_fail=mpf(p), N=N), dict(expected_calls=lu_solve(A, b)[0]), {"analytic_rel": "1e-9", "sim_rel_mean": 0.05}, source="first-step equations")
for l, d, k in [(500, 5, 1), (20, 30, 5), (2, 10, 3)]:
    x = mpf(k) / (mpf(l) * d + k)
    case("open-cycle-l%d-d%d-k%d" % (l, d, k), "dependency 100% down, fast failures; cycle = open D + time to gather k probes", dict(lambda_per_s=l, open_s=d, probes=k), dict(admitted_fraction=x, backend_rps=l * x, probes_per_min=60 * l * x), dict(ANALYTIC, sim_rel_mean=0.05), source="renewal-reward")


def at_least(n, p, k):
    return sum(binomial(n, j) * mpf(p) ** j * (1 - mpf(p)) ** (n - j) for j in range(k, n + 1))


for p, n, th in [("0.2", 10, "0.5"), ("0.7", 4, "0.5"), ("0.5", 3, "0.5"), ("0.6", 5, 1)]:
    x = at_least(n, p, int(mp.ceil(mpf(th) * n)))
    case("half-open-p%s-n%d" % (p, n), "resilience4j half-open: %d probes, reopen if failure rate >= %s" % (n, th), dict(p_fail=mpf(p), probes=n, threshold=mpf(th)), dict(p_reopen=x, p_close=1 - x), {"analytic_rel": "1e-9", "sim_abs": 0.02}, source="binomial, summed")
for p, n, th in [("0.1", 50, "0.2"), ("0.45", 100, "0.5"), ("0.9", 10, "0.9")]:
    case("window-p%s-n%d" % (p, n), "probability that a full window of n independent calls is at/over the threshold", dict(p_fail=mpf(p), window=n, threshold=mpf(th)), dict(p_trip_at_first_full_window=at_least(n, p, int(mp.ceil(mpf(th) * n)))), {"analytic_rel": "1e-9", "sim_abs": 0.02}, source="binomial, summed")


def calls_to_trip(p, n, k):
    """Exact: all 2^n contents of the window, first-step equations by iteration."""
    size = 1 << n
    trips = [bin(s).count("1") >= k for s in range(size)]
    left = [0.0] * size  # calls still to come from a full window
    for _ in range(200000):
        worst = 0.0
        for s in range(size):
            if trips[s]:
                continue
            a, b = (s << 1) & (size - 1), ((s << 1) | 1) & (size - 1)
            v = 1 + (1 - p) * left[a] + p * left[b]
            worst = max(worst, abs(v - left[s]) / v)
            left[s] = v
        if worst < 1e-9:
            break
    return n + sum(left[s] * p ** bin(s).count("1") * (1 - p) ** (n - bin(s).count("1")) for s in range(size))


for p, n, th in [("0.25", 8, "0.5"), ("0.3", 10, "0.6"), ("0.1", 6, "0.5")]:
    k = math.ceil(float(th) * n - 1e-9)
    case("sliding-p%s-n%d" % (p, n), "resilience4j COUNT_BASED window %d, minimumNumberOfCalls %d, threshold %s: mean calls from cold until the breaker opens, i.i.d. failures p" % (n, n, th), dict(p_fail=mpf(p), window=n, min_calls=n, threshold=mpf(th)), dict(mean_calls_to_open=mpf(calls_to_trip(float(p), n, k))), {"sim_rel_mean": 0.1}, source="every content of the window")


def policer(rho, K):
    """M/D/1/K: the embedded chain at departures as a linear system."""
    rho = mpf(rho)
    a = [exp(-rho) * rho**j / factorial(j) for j in range(K + 1)]
    P = matrix(K, K)
    for i in range(K):
        start = max(i, 1)
        got = mpf(0)
        for j in range(start - 1, K - 1):
            P[i, j] = a[j - start + 1]
            got += P[i, j]
        P[i, K - 1] += 1 - got
    A, b = P.T - mp.eye(K), matrix(K, 1)
    for j in range(K):
        A[K - 1, j] = 1
    b[K - 1] = 1
    pi0 = lu_solve(A, b)[0]
    return 1 - 1 / (pi0 + rho)


for rho, b, tol in [("0.3", 1, True), ("1", 20, True), ("2", 3, True), ("0.7", 2, True), ("5", 40, True), ("0.8", 40, False), ("0.99", 60, False)]:
    case("policer-rho%s-b%d" % (rho, b), "token bucket policer rate r, burst b, continuous refill, Poisson arrivals lambda=rho*r, reject when <1 token", dict(rate_per_s=50, burst=b, lambda_per_s=50 * mpf(rho)), dict(reject_fraction=policer(rho, b)), dict(ANALYTIC, sim_rel_mean=0.05) if tol else ANALYTIC, source="embedded chain of M/D/1/K as a linear system")
for rho, d, tol in [("0.3", 2, True), ("0.95", 2, False), ("0.9", 3, False), ("0.7", 5, False)]:
    total = mpf(0)
    for i in range(1, 400):
        e = (mpf(d) ** i - d) / (d - 1)
        if e > 10**7:
            break
        total += mpf(rho) ** e
    case("choices-rho%s-d%d" % (rho, d), "power of two choices, n->inf, M/M/1 servers, mean 1" if d == 2 else "power of two choices, d of them, n->inf, M/M/1 servers, mean 1", dict(rho=mpf(rho), d=d), dict(mean_sojourn=total, random_mean_sojourn=1 / (1 - mpf(rho))), {"analytic_rel": "1e-9", "sim_rel_mean_n100": 0.03} if tol else {"analytic_rel": "1e-9"}, source="Mitzenmacher's sum")

# --- fan-out, hedging, backoff ---
for n, q in [(3, "0.95"), (20, "0.999"), (10000, "0.99999")]:
    case("tail-n%d" % n, "P(at least one of n leaf calls exceeds its percentile)", dict(n=n, leaf_quantile=mpf(q)), dict(p_slow=1 - mpf(q) ** n, leaf_quantile_needed_for_p99=mpf("0.99") ** (mpf(1) / n)), source="product")
for n, mean, tol in [(1, "0.1", SIM), (10, "0.02", SIM), (1000, "0.01", ANALYTIC)]:
    m = mpf(mean)
    case("max-n%d" % n, "max of n Exp", dict(n=n, mean_s=m), dict(mean_s=m * sum(mpf(1) / j for j in range(1, n + 1)), p99_s=-m * log(1 - mpf("0.99") ** (mpf(1) / n))), tol, source="order statistic")
for mean, d in [("0.01", "0.001"), ("0.05", "0.115"), ("1", "0")]:
    m, d_ = mpf(mean), mpf(d)
    tail = lambda t: exp(-t / m) if t < d_ else exp(-t / m) * exp(-(t - d_) / m)
    q = lambda p: root(lambda t: tail(t) - (1 - p), 0, 60 * m + d_)
    case("hedge-d" + d, "hedged request after delay d, leaf Exp, independent, loser cancelled, no load feedback", dict(mean_s=m, hedge_delay_s=d_),
         dict(extra_requests=exp(-d_ / m), mean_s=quad(tail, [0, d_, inf] if d_ else [0, inf]), p99_s=q(mpf("0.99")), p99_unhedged_s=m * log(100), p999_s=q(mpf("0.999")), p999_unhedged_s=m * log(1000)), dict(SIM) if d_ else ANALYTIC, source="integral and bisection of the tail")
for base, mult, cap, n in [("0.1", 3, 2, 5), ("0.5", "1.5", 10, 3), ("0.2", 2, "0.1", 2)]:
    top = [min(mpf(cap), mpf(base) * mpf(mult) ** i) for i in range(n)]
    case("backoff-%s-x%s" % (base, mult), "full jitter mean delay before retry i and worst case", dict(base_s=mpf(base), mult=mpf(mult), cap_s=mpf(cap), retries=n), dict(mean_delays_s=[x / 2 for x in top], mean_total_s=sum(top) / 2, max_total_s=sum(top)), {"analytic_rel": "1e-9", "sim_rel_mean": 0.01}, source="half of each interval")

# --- alerts, sizes, scaling ---
for slo in ["0.99", "0.9995"]:
    alert = lambda consumed, hours: dict(burn=consumed * 720 / hours, budget_consumed=consumed, error_rate=consumed * 720 / hours * (1 - mpf(slo)))
    case("burn-" + slo, "multiwindow multi-burn-rate, 30-day window", dict(slo=mpf(slo), window_days=30), dict(page_fast=alert(mpf("0.02"), 1), page_slow=alert(mpf("0.05"), 6), ticket=alert(mpf("0.1"), 72)), source="consumed x 720 h / window")
for slo, e, words, hours, burn in [("0.999", "0.1", "1 h / 14.4x", 1, "14.4"), ("0.99", "0.5", "6 h / 6x", 6, "6"), ("0.9999", "0.001", "3 d / 1x", 72, "1")]:
    t = mpf(burn) * (1 - mpf(slo)) * hours * 3600 / mpf(e)
    case("detect-%s-%s" % (slo, e), "time for the %s condition to become true after a step to error rate e (from 0)" % words, dict(slo=mpf(slo), error_rate=mpf(e)), dict(detect_s=t, budget_burned_fraction=mpf(e) * t / ((1 - mpf(slo)) * 30 * 86400)), source="mean of the window")
for rate, mean in [(5, "0.02"), (1000, "0.3"), ("0.1", 1)]:
    m = mpf(rate) * mpf(mean)

    def smallest(q):
        term, total, n = exp(-m), exp(-m), 0
        while total < q:
            n += 1
            term = term * m / n
            total += term
        return n

    case("bulkhead-%s" % rate, "bulkhead size, Poisson concurrency", dict(rps=mpf(rate), mean_s=mpf(mean)), dict(mean_concurrency=m, poisson_p99=smallest(mpf("0.99")), poisson_p999=smallest(mpf("0.999")), poisson_p9999=smallest(mpf("0.9999"))), {"analytic_rel": 0}, source="summed state by state")
for l, m, T in [(3, 1, 6), (10000, 50, "0.1"), (7, 100, "0.06"), (120, 4, "1.3")]:
    a = mpf(l) / m
    c99 = c20 = None
    c = int(a) + 1
    while c99 is None or c20 is None:
        _, _, C, _, _, _, tail = mmc(l, m, c)
        if c99 is None and tail(mpf(T)) <= mpf("0.01"):
            c99 = c
        if c20 is None and C <= mpf("0.2"):
            c20 = c
        c += 1
    case("sizing-l%d-m%d" % (l, m), "minimum workers for p99 sojourn <= T, and for P(wait)<=20%", dict(lambda_per_s=l, mu_per_s=m, T_s=mpf(T)), dict(min_c_p99=c99, min_c_pwait20=c20, offered=a, sqrt_staffing_beta1=int(mp.ceil(a + sqrt(a)))), {"analytic_rel": "1e-9"}, source="Erlang C, from below")
for cur, metric, target in [(1, 500, 50), (20, 72, 80), (20, 88, 80), (20, 89, 80), (7, 1, 70), (100, 120, 60), (5, 61, 50)]:
    ratio = mpf(metric) / target
    want = cur if abs(metric - target) * 10 <= target else max(1, int(mp.ceil(cur * ratio)))
    case("hpa-%d-%d-%d" % (cur, metric, target), "Kubernetes HPA desired replicas (tolerance 0.1), before behaviour limits", dict(current=cur, metric=metric, target=target, tolerance=mpf("0.1")), dict(desired=want, after_default_scaleup_policy_15s=min(want, max(2 * cur, cur + 4))), {"analytic_rel": 0}, source="ceil(current x metric / target) and the default behaviour")

# --- caches, brokers, throttles ---
for N, alpha, C in [(1000, "0.6", 100), (1000, "1.2", 10), (20000, "0.9", 2000), (500, "0", 50), (100, "1", 99)]:
    w = [float(i) ** -float(alpha) for i in range(1, N + 1)]
    s = sum(w)
    w = [x / s for x in w]
    lo, hi = 0.0, 1.0
    full = lambda t: sum(-math.expm1(-x * t) for x in w)
    while full(hi) < C:
        hi *= 2
    for _ in range(100):
        mid = (lo + hi) / 2
        if full(mid) < C:
            lo = mid
        else:
            hi = mid
    h = sum(-x * math.expm1(-x * lo) for x in w)
    case("lru-N%d-a%s-C%d" % (N, alpha, C), "LRU hit ratio under IRM Zipf(alpha)", dict(items=N, alpha=mpf(alpha), capacity=C), dict(hit_ratio=mpf(h), backend_fraction=mpf(1 - h)), {"analytic_rel": "1e-5", "sim_abs": 0.01}, kind="approximation", source="Che's characteristic time, every key summed")
for l, T in [(5, 2), ("0.01", 30), (1000, 1)]:
    x = mpf(l) * mpf(T)
    case("ttl-l%s-T%s" % (l, T), "TTL cache single key, TTL set on miss, not refreshed on hit, fetch time 0", dict(lambda_per_s=mpf(l), ttl_s=mpf(T)), dict(hit_ratio=x / (1 + x), origin_rate_per_s=mpf(l) / (1 + x)), dict(ANALYTIC, sim_rel_mean=0.02), source="renewal theory")
for l, m, d in [(10, 11, 60), (5000, 20000, 1)]:
    case("lag-%d-%d" % (l, m), "outage backlog drain", dict(lambda_per_s=l, mu_per_s=m, outage_s=d), dict(backlog=mpf(l) * d, drain_s=mpf(l) * d / (m - l), max_age_s=d), source="fluid")
for P, C in [(1, 1), (64, 5), (100, 33), (7, 7), (3, 50)]:
    per = -(-P // C)
    active = min(P, C)
    case("partitions-%d-%d" % (P, C), "partition assignment imbalance, equal partitions", dict(partitions=P, consumers=C), dict(active_consumers=active, max_partitions_per_consumer=per, capacity_loss_factor=mpf(P) / active / per), source="division")
for l, K, A in [(500, "1.5", 100), (90, 2, 100), (300, "1.1", 50)]:
    rej = max(mpf(0), 1 - mpf(K) * A / l)
    case("sre-l%d-K%s" % (l, K), "client-side throttling K=%s, backend accepts at most A rps, requests counted incl. local rejections" % K, dict(accept_capacity_per_s=A, offered_per_s=l, K=mpf(K)), dict(local_reject_probability=rej, backend_arrival_per_s=l * (1 - rej)), dict(ANALYTIC), source="fixed point")
for sr, n, words, th, agg, most in [("0.8", 500, "Envoy admission_control: window count n=500, sr_threshold 95%, aggression 1, max 80%", "0.95", 1, "0.8"), ("0.8", 500, "Envoy admission_control: window count n=500, sr_threshold 90%, aggression 2, max 60%", "0.9", 2, "0.6"),
                                    ("0.85", 200, "failsafe-go adaptivethrottler defaults: success threshold 0.9, max rejection 0.9", "0.9", 1, "0.9")]:
    s = mpf(sr) * n
    x = min(mpf(most), max(mpf(0), (n - s / mpf(th)) / (n + 1)) ** (mpf(1) / agg))
    case("admission-%s-n%d-a%d" % (words.split()[0].lower(), n, agg), words, dict(n=n, success_rate=mpf(sr)), dict(p_reject=x), {"analytic_rel": "1e-9"}, source="formula")

# --- run length, metastability ---
for rho in ["0.1", "0.8", "0.99"]:
    r = mpf(rho)
    k = (2 + 5 * r - 4 * r**2 + r**3) / (r * (1 - r) ** 2)
    case("runlength-rho" + rho, "customers needed for a 95% CI half-width of 5% / 1% on mean wait, M/M/1 in steady state", dict(rho=r), dict(n_5pct=mpf("1.96") ** 2 * k / mpf("0.05") ** 2, n_1pct=mpf("1.96") ** 2 * k / mpf("0.01") ** 2), source="asymptotic variance of the wait")
for m, R in [(100, 1), (1000, 9)]:
    case("hidden-R%d" % R, "hidden (self-healing) capacity with R retries after timeout, FIFO, no cancellation", dict(mu_per_s=m, max_retries=R), dict(hidden_capacity_per_s=mpf(m) / (1 + R)), source="mu/(1+R)")
for rho, x, T in [("0.6", 0, 1), ("0.85", "0.25", "0.8"), ("0.5", "0.3", 2)]:
    r, a = mpf(rho), mpf(x) / mpf(rho)
    D = (T_ := mpf(T), (T_ + (1 - r) * (T_ * (1 - r) / r + T_ * a / (1 - a))) / (1 - r * a))[1]
    case("dstar-rho%s-x%s-T%s" % (rho, x, T), "critical capacity-loss duration D*: FIFO queue, no cancellation, timeout T, immediate retries R>=2, capacity drops to x*mu for D seconds; collapses iff D > D*", dict(rho=r, x=mpf(x), T_s=T_, retries_at_least=2), dict(D_star_s=D), {"analytic_rel": "1e-9", "sim_rel": 0.07}, kind="derived", source="fluid limit")
case("omission-tene", "closed-loop generator that meant to send at a steady pace and waited through a stall (coordinated omission)", dict(interval_s=mpf("0.01"), service_s=mpf("0.001"), good_s=100, stall_s=100), dict(naive_p9999_s=mpf("0.001"), corrected_p75_s=mpf(50), corrected_p50_s=mpf("0.001")), {"analytic_rel": "1e-3"}, kind="published_tool", source="Gil Tene, How NOT to Measure Latency: a stall of 100 s after 100 s of 1 ms")
