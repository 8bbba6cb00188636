package model

// exchanges is what a US dollar costs in other currencies: about the middle and the ends
// of where it was in 2021 to 2025, general knowledge and rounded (the Federal Reserve's
// release H.10 lists the days). List prices are in dollars; a rate that matters is stated.
var exchanges = map[string]struct{ rate, low, high float64 }{
	"AUD": {1.5, 1.28, 1.62}, "BRL": {5.3, 4.7, 6.1}, "CAD": {1.33, 1.21, 1.44}, "CHF": {0.9, 0.79, 1.0}, "CNY": {7.0, 6.3, 7.32},
	"CZK": {22.5, 20.8, 25.2}, "DKK": {6.8, 6.1, 7.65}, "EUR": {0.92, 0.82, 1.03}, "GBP": {0.79, 0.7, 0.9}, "HUF": {350, 285, 425},
	"INR": {82, 72.5, 89}, "JPY": {140, 103, 158}, "KRW": {1300, 1100, 1460}, "MXN": {19, 16.6, 21}, "NOK": {10.1, 8.2, 11.4},
	"NZD": {1.6, 1.37, 1.76}, "PLN": {4.1, 3.6, 4.95}, "SEK": {10.2, 8.2, 11.3}, "SGD": {1.35, 1.28, 1.44}, "ZAR": {17.5, 13.9, 19.1},
}
