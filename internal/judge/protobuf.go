package judge

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/reporter"
)

func askProtocompile(job Job) []Finding {
	roots, err := importRoots(job.Path)
	if err != nil {
		return unreadable(err)
	}
	var names []string
	for _, root := range roots {
		below, err := protoFiles(root)
		if err != nil {
			return unreadable(err)
		}
		names = append(names, below...)
	}
	if len(names) == 0 {
		return unreadable(fmt.Errorf("no .proto file in %s", job.name()))
	}
	var findings []Finding
	note := func(rule string, err reporter.ErrorWithPos) {
		findings = append(findings, Finding{Rule: rule, Message: err.Unwrap().Error(), Place: err.GetPosition().String()})
	}
	compiler := protocompile.Compiler{
		Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{ImportPaths: roots}),
		// Warnings arrive on the compiler's goroutines; one at a time keeps their order.
		MaxParallelism: 1,
		Reporter: reporter.NewReporter(
			func(err reporter.ErrorWithPos) error { note("error", err); return nil },
			func(err reporter.ErrorWithPos) { note("warning", err) },
		),
	}
	if _, err := compiler.Compile(context.Background(), names...); err != nil && len(findings) == 0 {
		return unreadable(err)
	}
	return findings
}

// importRoots returns the directories that imports are relative to: those that
// a buf.yaml names, else the directory itself.
func importRoots(dir string) ([]string, error) {
	configured, err := readValue(filepath.Join(dir, bufConfig))
	if os.IsNotExist(err) {
		return []string{dir}, nil
	}
	if err != nil {
		return nil, err
	}
	top, _ := configured.(map[string]any)
	modules, _ := top["modules"].([]any)
	var roots []string
	for _, module := range modules {
		fields, _ := module.(map[string]any)
		if path, ok := fields["path"].(string); ok {
			roots = append(roots, filepath.Join(dir, path))
		}
	}
	if len(roots) == 0 {
		return []string{dir}, nil
	}
	return roots, nil
}

// protoFiles lists the .proto files below a root, as imports name them.
func protoFiles(root string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".proto") {
			return err
		}
		name, err := filepath.Rel(root, path)
		names = append(names, filepath.ToSlash(name))
		return err
	})
	return names, err
}
