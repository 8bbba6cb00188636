package cli

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"plumb.dev/plumb/spec"
)

func (a *app) schemaCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "print the input's JSON Schema, for editors",
		Long: `Prints the JSON Schema (draft 2020-12) of plumb.yaml. With a YAML language server,
put this line at the top of an input to get completion and checks while typing:

  # yaml-language-server: $schema=plumb.schema.json`,
		Example: "  plumb schema > plumb.schema.json",
		Args:    takes(0, 0, "no argument"),
		RunE: func(*cobra.Command, []string) error {
			_, err := a.Stdout.Write(spec.Schema())
			return err
		},
	}
}

// printJSON prints one value, indented, with a line end.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.Stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
