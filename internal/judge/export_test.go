package judge

// HereTools names the judges that run in this process.
func HereTools() []string {
	var tools []string
	for _, judge := range here() {
		tools = append(tools, judge.tool)
	}
	return tools
}

// CheckPackages demands that the packages installed in a directory are those of its lock file.
var CheckPackages = checkPackages
