package queueing

// MM1RunLength is the number of customers a simulation has to observe in
// steady state for the confidence interval of the mean wait of an M/M/1 queue
// at utilisation rho to be within a relative half-width, at a normal quantile
// z (1.96 for 95 %): z^2 k/halfWidth^2 with
// k = (2 + 5 rho - 4 rho^2 + rho^3)/(rho (1-rho)^2)
// (D. J. Daley 1968; W. Whitt, Management Science 35(11), 1989). It is the
// planning figure for any queue: its growth near saturation is what matters.
func MM1RunLength(rho, halfWidth, z float64) float64 {
	if !(rho > 0 && rho < 1) || !positive(halfWidth) || !positive(z) {
		return nan()
	}
	k := (2 + rho*(5+rho*(-4+rho))) / (rho * (1 - rho) * (1 - rho))
	return z * z * k / (halfWidth * halfWidth)
}
