package queueing_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"plumb.dev/plumb/queueing"
)

func retryIID(in given) answers {
	p, k := in.Num("p_fail"), in.Int("max_attempts")
	return answers{"success": 1 - queueing.RetryFailure(p, k), "attempts_per_request": queueing.Attempts(p, k)}
}

func retryLayers(in given) answers {
	layers := make([]int, in.Int("depth"))
	for i := range layers {
		layers[i] = in.Int("max_attempts")
	}
	calls, failure := queueing.LayeredRetries(in.Num("p_leaf"), layers...)
	return answers{"leaf_attempts_per_user_request": calls, "user_failure": failure}
}

func tokenBudget(in given) answers {
	b := queueing.TokenBudget{DepositOn: queueing.EveryCall, Deposit: in.Num("deposit"), Cost: in.Num("retry_cost"), MaxRetries: in.Int("max_retries")}
	if strings.Contains(in.Model, "per successful call") {
		b.DepositOn = queueing.EverySuccess
	}
	retries, limited := b.RetriesPerCall(in.Num("p_fail"))
	out := answers{"retries_per_call": retries, "bucket_limited": 0}
	if limited {
		out["bucket_limited"] = 1
	}
	return out
}

func policer(in given) answers {
	b := queueing.TokenBucket{Rate: in.Num("rate_per_s"), Burst: in.Int("burst"), Lambda: in.Num("lambda_per_s")}
	return answers{"reject_fraction": b.Rejected()}
}

func grpcThreshold(in given) answers {
	g := queueing.GRPCThrottle{MaxTokens: in.Int("maxTokens"), TokenRatio: in.Num("tokenRatio")}
	return answers{"p_star": g.Threshold()}
}

func grpcSmeared(in given) answers {
	p, k := in.Num("p_fail"), in.Int("max_attempts")
	g := queueing.GRPCThrottle{MaxTokens: in.Int("maxTokens"), TokenRatio: in.Num("tokenRatio"), MaxAttempts: k}
	return answers{"retries_per_call": g.RetriesPerCall(p), "unthrottled": queueing.Attempts(p, k) - 1}
}

func awsQuota(in given) answers {
	in.Num("capacity") // long-run figures do not depend on it
	q := queueing.AWSQuota{Cost: in.Num("cost"), Refill: in.Num("no_retry_increment"), MaxAttempts: in.Int("max_attempts")}
	retries, permitted := q.RetriesPerCall(in.Num("p_fail"))
	return answers{"retries_per_call": retries, "p_retry_permitted": permitted}
}

func downtime(in given) answers {
	slo := in.Num("slo")
	return answers{
		"per_year_min": queueing.Downtime(slo, queueing.Year) / 60,
		"per_30d_min":  queueing.Downtime(slo, queueing.Days30) / 60,
		"per_28d_min":  queueing.Downtime(slo, queueing.Days28) / 60,
		"per_week_min": queueing.Downtime(slo, queueing.Week) / 60,
		"per_day_s":    queueing.Downtime(slo, queueing.Day),
	}
}

func repairable(in given) answers {
	r := queueing.Repairable{K: in.Int("k"), N: in.Int("n"), MTBF: in.Num("mtbf_h"), MTTR: in.Num("mttr_h"), Crew: in.Int("crew")}
	return answers{"availability": r.Availability(), "unavailability": r.Unavailability()}
}

func failover(in given) answers {
	in.Opt("mttr_h") // of the second order, which is left out
	u := queueing.FailoverUnavailability(in.Num("mtbf_h")*3600, in.Num("failover_s"))
	return answers{"unavailability_approx": u, "downtime_per_30d_s": u * queueing.Days30}
}

// quorum are the words of a service that needs some of its zones.
var quorum = regexp.MustCompile(`needs ([0-9]+) of ([0-9]+) zones.*\(([0-9]+) per zone, one needed per zone\)`)

func zones(in given) answers {
	m := quorum.FindStringSubmatch(in.Model)
	if m == nil {
		return nil
	}
	k, _ := strconv.Atoi(m[1])
	n, _ := strconv.Atoi(m[2])
	each, _ := strconv.Atoi(m[3])
	zone := queueing.Series(in.Num("zone"), queueing.KOfN(1, each, in.Num("inst")))
	return answers{"zone_ok": zone, "availability": queueing.KOfN(k, n, zone)}
}

// commonCause is a group of which a share of the failures come together.
func commonCause(in given) answers {
	k, n, u := in.Int("k"), in.Int("n"), in.Num("unavailability")
	return answers{
		"unavailability":             queueing.WithCommonCause(k, n, u, in.Num("beta")),
		"unavailability_independent": queueing.KOfNUnavailability(k, n, 1-u),
	}
}

func openCycle(in given) answers {
	b := queueing.OpenCycle{Lambda: in.Num("lambda_per_s"), Open: in.Num("open_s"), Probes: in.Int("probes")}
	return answers{"admitted_fraction": b.Admitted(), "backend_rps": b.ProbeRate(), "probes_per_min": 60 * b.ProbeRate()}
}

func hedged(in given) answers {
	h := queueing.Hedged{Mean: in.Num("mean_s"), Delay: in.Num("hedge_delay_s")}
	return answers{
		"extra_requests": h.Extra(), "mean_s": h.Sojourn(),
		"p99_s": h.Quantile(0.99), "p99_unhedged_s": queueing.SlowestQuantile(1, h.Mean, 0.99),
		"p999_s": h.Quantile(0.999), "p999_unhedged_s": queueing.SlowestQuantile(1, h.Mean, 0.999),
	}
}

func backoff(in given) answers {
	b := queueing.Backoff{Base: in.Num("base_s"), Factor: in.Num("mult"), Cap: in.Num("cap_s")}
	n := in.Int("retries")
	out := answers{"mean_total_s": b.MeanTotal(n), "max_total_s": b.MaxTotal(n)}
	for i := range n {
		out[fmt.Sprintf("mean_delays_s[%d]", i)] = b.MeanDelay(i)
	}
	return out
}

func burnRates(in given) answers {
	slo, period := in.Num("slo"), in.Num("window_days")*queueing.Day
	alerts := queueing.BurnAlerts()
	out := answers{}
	for name, a := range map[string]queueing.BurnAlert{"page_fast": alerts[0], "page_slow": alerts[1], "ticket": alerts[3]} {
		out[name+".burn"] = a.Burn(period)
		out[name+".budget_consumed"] = a.Consumed
		out[name+".error_rate"] = a.ErrorRate(slo, period)
	}
	return out
}

// burning are the words of an alert's long window and burn rate.
var burning = regexp.MustCompile(`^time for the ([0-9.]+) (h|d) / ([0-9.]+)x`)

func detection(in given) answers {
	slo, rate := in.Num("slo"), in.Num("error_rate")
	m := burning.FindStringSubmatch(in.Model)
	if m == nil {
		return nil
	}
	window, _ := strconv.ParseFloat(m[1], 64)
	burn, _ := strconv.ParseFloat(m[3], 64)
	window *= map[string]float64{"h": 3600, "d": queueing.Day}[m[2]]
	alert := queueing.BurnAlert{Long: window, Consumed: burn * window / queueing.Days30}
	detect := alert.Detection(slo, queueing.Days30, rate)
	return answers{"detect_s": detect, "budget_burned_fraction": queueing.BudgetBurned(slo, queueing.Days30, rate, detect)}
}

// admissions are the words of a server's or a client's admission control.
var admissions = regexp.MustCompile(`threshold ([0-9.]+)(%?),(?: aggression ([0-9.]+),)? max (?:rejection )?([0-9.]+)(%?)`)

func admission(in given) answers {
	m := admissions.FindStringSubmatch(in.Model)
	if m == nil {
		return nil
	}
	share := func(number, percent string) float64 {
		f, _ := strconv.ParseFloat(number, 64)
		if percent != "" {
			f /= 100
		}
		return f
	}
	a := queueing.AdmissionControl{Threshold: share(m[1], m[2]), Aggression: 1, MaxRejection: share(m[4], m[5])}
	if m[3] != "" {
		a.Aggression = share(m[3], "")
	}
	n := in.Num("n")
	return answers{"p_reject": a.Rejected(n, n*in.Num("success_rate"))}
}

// omission is a closed-loop generator that meant to send at a steady pace and waited
// through a stall, as in Tene's example.
func omission(in given) answers {
	interval, service, stall := in.Num("interval_s"), in.Num("service_s"), in.Num("stall_s")
	var samples []float64
	for range int(in.Num("good_s")/interval + 0.5) {
		samples = append(samples, service)
	}
	samples = append(samples, stall)
	out := answers{}
	for _, x := range in.Wanted(regexp.MustCompile(`^(naive|corrected)_p([0-9]+)_s$`)) {
		p, _ := strconv.ParseFloat("0."+x[2], 64)
		correct := interval
		if x[1] == "naive" {
			correct = 0
		}
		out[x[0]] = queueing.CorrectedQuantile(samples, correct, p)
	}
	return out
}
