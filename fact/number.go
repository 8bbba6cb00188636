package fact

// ParseNumber reads a text as a number of the kind, in its base unit. ok is false for
// the kinds that are read otherwise: money, moments, words.
func ParseNumber(kind Kind, text string) (n float64, ok bool, err error) {
	switch kind {
	case Rate:
		n, err = ParseRate(text)
	case Duration:
		n, err = ParseSeconds(text)
	case Share:
		n, err = ParseShare(text)
	case Bytes:
		n, err = ParseBytes(text)
	case Count:
		n, err = ParseCount(text)
	default:
		return 0, false, nil
	}
	return n, true, err
}
