package des_test

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"plumb.dev/plumb/internal/refcase"
	"plumb.dev/plumb/queueing"
	"plumb.dev/plumb/sim/des"
)

// interarrivals reads the letters of a GI/M/1 model.
var interarrivals = regexp.MustCompile(`^GI/M/1 \((D|M|E|H2)([0-9]*)/M/1\)`)

// simulable maps the start of a model to the station that simulates it, and
// the utilisation that sets the length of the run.
var simulable = []struct {
	model string
	build func(*refcase.Case) (*station, float64)
}{
	{"M/M/1 with", nil},
	{"M/M/1/K=", nil},
	{"M/M/1//", closedStation},
	{"M/M/c//", closedStation},
	{"M/M/1+D", func(r *refcase.Case) (*station, float64) {
		s, rho := poissonStation(r, 1)
		s.impatient, s.patience = true, des.Constant(des.Seconds(r.Inputs.Opt("tau_s")))
		return s, min(rho, 0.9)
	}},
	{"M/M/c+D", func(r *refcase.Case) (*station, float64) {
		s, rho := poissonStation(r, int(r.Inputs.Opt("c")))
		s.impatient, s.patience = true, des.Constant(des.Seconds(r.Inputs.Opt("tau_s")))
		return s, min(rho, 0.9)
	}},
	{"M/M/1", func(r *refcase.Case) (*station, float64) { return poissonStation(r, 1) }},
	{"M/M/c/K", func(r *refcase.Case) (*station, float64) {
		s, rho := poissonStation(r, int(r.Inputs.Opt("c")))
		s.room = int(r.Inputs.Opt("K_total"))
		return s, min(rho, 0.8)
	}},
	{"M/M/c/c", func(r *refcase.Case) (*station, float64) {
		c := int(r.Inputs.Opt("c"))
		return &station{gap: des.Poisson(r.Inputs.Opt("offered_erlangs")), serve: des.Poisson(1), servers: c, room: c}, 0.8
	}},
	{"M/M/c+M", func(r *refcase.Case) (*station, float64) {
		s, rho := poissonStation(r, int(r.Inputs.Opt("c")))
		s.impatient, s.patience = true, des.Poisson(r.Inputs.Opt("abandon_rate_per_s"))
		return s, min(rho, 0.9)
	}},
	{"M/M/c", func(r *refcase.Case) (*station, float64) { return poissonStation(r, int(r.Inputs.Opt("c"))) }},
	{"M/G/1 FCFS", func(r *refcase.Case) (*station, float64) {
		lambda, mean, scv := r.Inputs.Opt("lambda_per_s"), des.Seconds(r.Inputs.Opt("mean_service_s")), r.Inputs.Opt("scv")
		s := &station{gap: des.Poisson(lambda), servers: 1}
		switch name := r.Inputs.Text("service"); {
		case name == "deterministic":
			s.serve = des.Constant(mean)
		case strings.HasPrefix(name, "Erlang"):
			s.serve = des.Erlang(mean, int(math.Round(1/scv)))
		case strings.HasPrefix(name, "H2"):
			s.serve = des.Hyperexponential(mean, scv)
		case strings.HasPrefix(name, "lognormal"):
			sigma := math.Sqrt(math.Log1p(scv))
			s.serve = des.LogNormal(des.Seconds(mean.Seconds()*math.Exp(-sigma*sigma/2)), sigma)
		case name == "exponential":
			s.serve = des.Exponential(mean)
		}
		return s, lambda * mean.Seconds()
	}},
	{"M/D/1 FCFS", func(r *refcase.Case) (*station, float64) {
		lambda, service := r.Inputs.Opt("lambda_per_s"), r.Inputs.Opt("service_s")
		return &station{gap: des.Poisson(lambda), serve: des.Constant(des.Seconds(service)), servers: 1}, lambda * service
	}},
	{"GI/M/1", func(r *refcase.Case) (*station, float64) {
		s, rho := poissonStation(r, 1)
		m, gap := interarrivals.FindStringSubmatch(r.Model), des.Seconds(1/r.Inputs.Opt("lambda_per_s"))
		switch m[1] {
		case "D":
			s.gap = des.Constant(gap)
		case "E":
			stages, _ := strconv.Atoi(m[2])
			s.gap = des.Erlang(gap, stages)
		case "H2":
			s.gap = des.Hyperexponential(gap, r.Inputs.Opt("scv"))
		}
		return s, rho
	}},
	{"token bucket policer", func(r *refcase.Case) (*station, float64) {
		rate := r.Inputs.Opt("rate_per_s")
		return &station{gap: des.Poisson(r.Inputs.Opt("lambda_per_s")), serve: des.Constant(des.Seconds(1 / rate)), servers: 1,
			room: int(r.Inputs.Opt("burst"))}, 0.8
	}},
}

func closedStation(r *refcase.Case) (*station, float64) {
	return &station{gap: des.Exponential(des.Seconds(r.Inputs.Opt("think_s"))), serve: des.Exponential(des.Seconds(r.Inputs.Opt("service_s"))),
		servers: max(1, int(r.Inputs.Opt("c"))), sources: int(r.Inputs.Opt("N"))}, 0.9
}

func poissonStation(r *refcase.Case, servers int) (*station, float64) {
	lambda, mu := r.Inputs.Opt("lambda_per_s"), r.Inputs.Opt("mu_per_s")
	return &station{gap: des.Poisson(lambda), serve: des.Poisson(mu), servers: servers}, lambda / mu / float64(servers)
}

// measured are a station's answers under the keys of the cases.
func (s *station) measured() map[string]float64 {
	now := s.calendar.Now()
	arrived := float64(s.arrived)
	served := float64(s.waits.Count())
	wait, sojourn := s.waits.Mean()/1e9, s.sojourns.Mean()/1e9
	span := s.busy.Mean(now)
	rate := span / (sojourn - wait) // departures per second, by Little's law on the servers
	unserved := (float64(s.lost) + float64(s.dropped)) / arrived
	out := map[string]float64{
		"rho": span / float64(s.servers), "utilisation": span / float64(s.servers), "carried_erlangs": span,
		"L": s.present.Mean(now), "Lq": s.present.Mean(now) - span, "P0": s.empty.Mean(now),
		"W_s": sojourn, "Wq_s": wait, "R_s": sojourn, "W_accepted_s": sojourn, "Wq_accepted_s": wait,
		"Wq_std_s":  math.Sqrt(max(0, s.waitSquares/served-s.waits.Mean()*s.waits.Mean())) / 1e9,
		"p_wait":    float64(s.delayed) / arrived,
		"blocking":  float64(s.lost) / arrived,
		"p_drop":    float64(s.dropped) / arrived,
		"p_abandon": float64(s.dropped) / arrived,

		"mean_wait_s": (s.givenUp + s.waits.Mean()*served) / (served + float64(s.dropped)) / 1e9,
		"served":      served, "throughput_per_s": rate, "goodput_per_s": rate, "reject_fraction": unserved,
	}
	if s.impatient {
		// Those who gave up stay in this model's queue until they come up.
		out["Lq"] = out["mean_wait_s"] * rate / (1 - unserved)
	}
	for _, alias := range []string{"p_wait_gt0", "erlang_C", "sigma"} {
		out[alias] = out["p_wait"]
	}
	return out
}

// unmeasured are figures of a case that this station does not show.
var unmeasured = []string{"offered_erlangs", "erlang_B", "ps_W_s"}

// tooRare are figures that only runs of some 10^8 customers bring within
// tolerance.
var tooRare = []string{
	"mm1-rho0.95 p999_s",           // a few excursions of the queue decide it
	"mLogN-scv4.0-rho0.5 Wq_std_s", // a few of the longest services decide it
	// Two in a hundred wait, and in clusters.
	"mmc-l80-m1-c100 Lq", "mmc-l80-m1-c100 Wq_s", "mmc-l80-m1-c100 wait_p99_s",
	// Three in ten thousand are rejected, and in clusters.
	"tokenbucket-rho0.95-b50 reject_fraction",
}

func TestStationsAgreeWithClosedForms(t *testing.T) {
	simulated := 0
	for _, r := range refcase.All(t) {
		for _, m := range simulable {
			if !strings.HasPrefix(r.Model, m.model) {
				continue
			}
			if m.build != nil && r.Simulable() && !strings.Contains(r.Model, "client timeout") {
				simulated++
				t.Run(r.ID, func(t *testing.T) {
					t.Parallel()
					s, rho := m.build(r)
					hold(t, r, s, rho)
				})
			}
			break
		}
	}
	t.Logf("%d cases simulated", simulated)
}

// hold runs a station for as long as an M/M/1 queue of its utilisation needs
// for the case's tolerance at three standard errors, longer where few wait or
// service varies much, and compares.
func hold(t *testing.T, r *refcase.Case, s *station, rho float64) {
	const least, most = 400_000, 5_000_000
	customers := queueing.MM1RunLength(rho, r.Tolerance["sim_rel_mean"], 3)
	customers *= rho / queueing.ErlangC(s.servers, rho*float64(s.servers)) * (1 + r.Inputs.Opt("scv"))
	slack := 1.0
	if testing.Short() {
		customers, slack = least, 6
	}
	s.run(1, uint64(min(max(customers, least), most)))
	got := s.measured()
	for key, v := range r.Expect {
		want, ok := refcase.Number(v)
		if !ok || slices.Contains(unmeasured, key) || slices.Contains(tooRare, r.ID+" "+key) {
			continue
		}
		value, ok := got[key]
		if of, p, isPercentile := refcase.Quantile(key); isPercentile {
			h := &s.sojourns
			if of == "wait" {
				h = &s.waits
			}
			if (1-p)*float64(s.arrived) < 2000 {
				continue // so few lie beyond it that they come in a handful of bursts
			}
			value, ok = h.Quantile(p)
			value /= 1e9
		}
		tolerance := slack * r.Tolerance["sim_rel_mean"]
		if strings.Contains(key, "p9") || strings.Contains(key, "p50") {
			tolerance = slack * r.Tolerance["sim_rel_quantile"]
		}
		switch {
		case !ok:
			t.Errorf("%s is not measured", key)
		case want*float64(s.arrived) < 2000:
			// Too rare an event for this run to tell its share.
		case !(math.Abs(value-want) <= tolerance*want):
			t.Errorf("%s = %.6g, want %.6g within %g", key, value, want, tolerance)
		}
	}
}
