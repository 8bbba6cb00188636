package judge

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const bufConfig = "buf.yaml"

// Dir makes a job of everything below a directory that somebody judges, each
// named by its path from there. Descriptions and schemas are known by what they
// hold, the rest by the file's name; a Markdown file counts where it holds a
// diagram. What nobody judges is left out, so a test that expects a kind of
// artefact should look for it.
func Dir(t testing.TB, dir string) []Job {
	t.Helper()
	var jobs []Job
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		kind, of := recognise(path, text), path
		if kind == Protobuf {
			of = protoRoot(dir, path, text)
		}
		name, err := filepath.Rel(dir, of)
		if err != nil {
			return err
		}
		job := Job{Kind: kind, Path: of, Name: filepath.ToSlash(name)}
		if kind != "" && !slices.Contains(jobs, job) {
			jobs = append(jobs, job)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("judge: %v", err)
	}
	return jobs
}

// Files writes files, given by their slash-separated paths, into a directory of
// the test's own and makes jobs of them as [Dir] does.
func Files(t testing.TB, files map[string][]byte) []Job {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatalf("judge: %v", err)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatalf("judge: %v", err)
		}
	}
	return Dir(t, dir)
}

var (
	topKey        = regexp.MustCompile(`(?m)^(?:\{\s*)?\s{0,2}"?(openapi|asyncapi)"?:\s*"?3\.`)
	schemaDialect = regexp.MustCompile(`"?\$schema"?:\s*"?https://json-schema\.org/`)
	protoPackage  = regexp.MustCompile(`(?m)^package\s+([\w.]+)\s*;`)
	mermaidFence  = regexp.MustCompile("(?m)^\\s{0,3}(```+|~~~+)\\s*mermaid")
)

// recognise says what a file is; empty for what nobody judges.
func recognise(path string, text []byte) Kind {
	switch filepath.Ext(path) {
	case ".yaml", ".yml", ".json":
		if key := topKey.FindSubmatch(text); key != nil {
			return Kind(key[1])
		}
		if schemaDialect.Match(text) {
			return JSONSchema
		}
	case ".graphql", ".graphqls":
		return GraphQL
	case ".proto":
		return Protobuf
	case ".mmd":
		return Mermaid
	case ".md":
		if mermaidFence.Match(text) {
			return Mermaid
		}
	}
	return ""
}

// protoRoot finds the directory to judge for a .proto file: the nearest one with
// a buf.yaml, else the one that the file's package makes it relative to.
func protoRoot(top, path string, text []byte) string {
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, bufConfig)); err == nil {
			return dir
		}
		if dir == top || dir == filepath.Dir(dir) {
			break
		}
	}
	dir := filepath.Dir(path)
	if name := protoPackage.FindSubmatch(text); name != nil {
		tail := string(filepath.Separator) + strings.ReplaceAll(string(name[1]), ".", string(filepath.Separator))
		dir = strings.TrimSuffix(dir, tail)
	}
	return dir
}
