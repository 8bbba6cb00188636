// Command plumb designs backends. See package cli for its verbs.
package main

import (
	"os"

	"plumb.dev/plumb/cli"
)

func main() {
	collectRarely()
	os.Exit(cli.Main(cli.System()))
}
