package queueing_test

import (
	"fmt"
	"strings"

	"plumb.dev/plumb/queueing"
)

func retryIID(in given) answers {
	p, k := in.num("p_fail"), in.int("max_attempts")
	return answers{"success": 1 - queueing.RetryFailure(p, k), "attempts_per_request": queueing.Attempts(p, k)}
}

func retryLayers(in given) answers {
	layers := make([]int, in.int("depth"))
	for i := range layers {
		layers[i] = in.int("max_attempts")
	}
	calls, failure := queueing.LayeredRetries(in.num("p_leaf"), layers...)
	return answers{"leaf_attempts_per_user_request": calls, "user_failure": failure}
}

func tokenBudget(in given) answers {
	b := queueing.TokenBudget{DepositOn: queueing.EveryCall, Deposit: in.num("deposit"), Cost: in.num("retry_cost"), MaxRetries: in.int("max_retries")}
	if strings.Contains(in["model"].(string), "per successful call") {
		b.DepositOn = queueing.EverySuccess
	}
	retries, limited := b.RetriesPerCall(in.num("p_fail"))
	out := answers{"retries_per_call": retries, "bucket_limited": 0}
	if limited {
		out["bucket_limited"] = 1
	}
	return out
}

func policer(in given) answers {
	b := queueing.TokenBucket{Rate: in.num("rate_per_s"), Burst: in.int("burst"), Lambda: in.num("lambda_per_s")}
	return answers{"reject_fraction": b.Rejected()}
}

func grpcThreshold(in given) answers {
	g := queueing.GRPCThrottle{MaxTokens: in.int("maxTokens"), TokenRatio: in.num("tokenRatio")}
	return answers{"p_star": g.Threshold()}
}

func grpcSmeared(in given) answers {
	p, k := in.num("p_fail"), in.int("max_attempts")
	g := queueing.GRPCThrottle{MaxTokens: in.int("maxTokens"), TokenRatio: in.num("tokenRatio"), MaxAttempts: k}
	return answers{"retries_per_call": g.RetriesPerCall(p), "unthrottled": queueing.Attempts(p, k) - 1}
}

func awsQuota(in given) answers {
	q := queueing.AWSQuota{Cost: in.num("cost"), Refill: in.num("no_retry_increment"), MaxAttempts: in.int("max_attempts")}
	retries, permitted := q.RetriesPerCall(in.num("p_fail"))
	return answers{"retries_per_call": retries, "p_retry_permitted": permitted}
}

func downtime(in given) answers {
	slo := in.num("slo")
	return answers{
		"per_year_min": queueing.Downtime(slo, queueing.Year) / 60,
		"per_30d_min":  queueing.Downtime(slo, queueing.Days30) / 60,
		"per_28d_min":  queueing.Downtime(slo, queueing.Days28) / 60,
		"per_week_min": queueing.Downtime(slo, queueing.Week) / 60,
		"per_day_s":    queueing.Downtime(slo, queueing.Day),
	}
}

func repairable(in given) answers {
	r := queueing.Repairable{K: in.int("k"), N: in.int("n"), MTBF: in.num("mtbf_h"), MTTR: in.num("mttr_h"), Crew: in.int("crew")}
	return answers{"availability": r.Availability(), "unavailability": r.Unavailability()}
}

func failover(in given) answers {
	u := queueing.FailoverUnavailability(in.num("mtbf_h")*3600, in.num("failover_s"))
	return answers{"unavailability_approx": u, "downtime_per_30d_s": u * queueing.Days30}
}

func zones(in given) answers {
	zone := queueing.Series(in.num("zone"), queueing.Parallel(in.num("inst"), in.num("inst")))
	return answers{"zone_ok": zone, "availability": queueing.KOfN(2, 3, zone)}
}

func openCycle(in given) answers {
	b := queueing.OpenCycle{Lambda: in.num("lambda_per_s"), Open: in.num("open_s"), Probes: in.int("probes")}
	return answers{"admitted_fraction": b.Admitted(), "backend_rps": b.ProbeRate(), "probes_per_min": 60 * b.ProbeRate()}
}

func hedged(in given) answers {
	h := queueing.Hedged{Mean: in.num("mean_s"), Delay: in.num("hedge_delay_s")}
	return answers{
		"extra_requests": h.Extra(), "mean_s": h.Sojourn(),
		"p99_s": h.Quantile(0.99), "p99_unhedged_s": queueing.SlowestQuantile(1, h.Mean, 0.99),
		"p999_s": h.Quantile(0.999), "p999_unhedged_s": queueing.SlowestQuantile(1, h.Mean, 0.999),
	}
}

func backoff(in given) answers {
	b := queueing.Backoff{Base: in.num("base_s"), Factor: in.num("mult"), Cap: in.num("cap_s")}
	n := in.int("retries")
	out := answers{"mean_total_s": b.MeanTotal(n), "max_total_s": b.MaxTotal(n)}
	for i := range n {
		out[fmt.Sprintf("mean_delays_s[%d]", i)] = b.MeanDelay(i)
	}
	return out
}

func burnRates(in given) answers {
	slo, period := in.num("slo"), in.num("window_days")*queueing.Day
	alerts := queueing.BurnAlerts()
	out := answers{}
	for name, a := range map[string]queueing.BurnAlert{"page_fast": alerts[0], "page_slow": alerts[1], "ticket": alerts[3]} {
		out[name+".burn"] = a.Burn(period)
		out[name+".budget_consumed"] = a.Consumed
		out[name+".error_rate"] = a.ErrorRate(slo, period)
	}
	return out
}

func detection(in given) answers {
	slo, rate := in.num("slo"), in.num("error_rate")
	fast := queueing.BurnAlerts()[0]
	detect := fast.Detection(slo, queueing.Days30, rate)
	return answers{"detect_s": detect, "budget_burned_fraction": queueing.BudgetBurned(slo, queueing.Days30, rate, detect)}
}

func admission(a queueing.AdmissionControl) func(given) answers {
	return func(in given) answers {
		n := in.num("n")
		return answers{"p_reject": a.Rejected(n, n*in.num("success_rate"))}
	}
}
