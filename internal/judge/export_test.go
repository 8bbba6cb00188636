package judge

// HereTools names the judges that run in this process.
func HereTools() []string {
	var tools []string
	for _, judge := range here() {
		tools = append(tools, judge.tool)
	}
	return tools
}

// Missing says what keeps the judges outside this process from running.
func Missing() error { return missing() }

// ReadChecked reports whether the packages installed in dir are those its lock file names.
var CheckPackages = checkPackages
