package queueing

// BurnAlert is an alert that fires when, over both a long and a short window,
// the error budget is being used up faster than Consumed of the whole budget
// per long window (Google, The Site Reliability Workbook, ch. 5).
type BurnAlert struct {
	Consumed    float64 // share of the period's budget spent when it fires
	Long, Short float64 // windows, seconds
	Page        bool    // wakes somebody, else a ticket
}

// BurnAlerts are the multi-window alerts recommended for a period of 30 days
// (table 5-8 there, and the second ticket that Prometheus generators such as
// sloth add), from the fastest to the slowest.
func BurnAlerts() []BurnAlert {
	const minute, hour = 60.0, 3600.0
	return []BurnAlert{
		{Consumed: 0.02, Long: hour, Short: 5 * minute, Page: true},
		{Consumed: 0.05, Long: 6 * hour, Short: 30 * minute, Page: true},
		{Consumed: 0.10, Long: 24 * hour, Short: 2 * hour},
		{Consumed: 0.10, Long: 72 * hour, Short: 6 * hour},
	}
}

// Burn is the alert's threshold as a burn rate over the given budget period:
// the multiple of the error rate that would use up the budget exactly,
// Consumed*period/Long.
func (a BurnAlert) Burn(period float64) float64 {
	if !probability(a.Consumed) || !positive(a.Long) || !positive(period) {
		return nan()
	}
	return a.Consumed * period / a.Long
}

// ErrorRate is the error rate at which the alert fires for an objective.
func (a BurnAlert) ErrorRate(objective, period float64) float64 {
	return a.Burn(period) * Downtime(objective, 1)
}

// Detection is the time from a step to errorRate, after none, until the long
// window's mean reaches the threshold; +Inf when it never does.
func (a BurnAlert) Detection(objective, period, errorRate float64) float64 {
	threshold := a.ErrorRate(objective, period)
	if !probability(errorRate) {
		return nan()
	}
	// A rate at the threshold is detected at the end of the window; decimal
	// inputs miss it by an ulp.
	if errorRate < threshold*(1-1e-12) {
		return inf()
	}
	return threshold * a.Long / errorRate
}

// BudgetBurned is the share of the period's error budget that errors at
// errorRate for duration seconds use up.
func BudgetBurned(objective, period, errorRate, duration float64) float64 {
	if !probability(errorRate) || !nonNegative(duration) {
		return nan()
	}
	return errorRate * duration / Downtime(objective, period)
}
