package cli

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"plumb.dev/plumb"
	"plumb.dev/plumb/brief"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/diff/contract"
	"plumb.dev/plumb/emit"
)

const (
	inputName = "plumb.yaml"
	planName  = "plan.json"
	maxPlan   = 512 << 20 // bytes; that of 1,000 aggregates has 266 MB
)

// found is what a name on the command line of diff stands for: an input, or a design
// that was written.
type found struct {
	shown string
	in    input
	plan  []byte // of plan.json; nil for an input
	// contracts that lie beside plan.json, with what people have edited in them.
	contracts []emit.File
}

// find reads what a name stands for: a file or directory that is there, else a
// revision of the input, else REV:PATH.
func (a *app) find(ctx context.Context, name, file string) (found, error) {
	if info, err := os.Stat(name); err == nil {
		return a.findFile(name, info)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return found{}, err
	}
	rev, at, withPath := strings.Cut(name, ":")
	dir, rest := seen(file)
	if withPath {
		dir, rest = ".", at
	}
	r, err := a.revisionOf(ctx, dir, rev)
	if err != nil {
		return found{}, exit(ExitUsage, "%s is neither a file nor a revision of the input: %v", name, err)
	}
	return r.find(rest, name)
}

// findFile reads an input, a directory with an input or a written design, or a
// plan.json.
func (a *app) findFile(name string, info fs.FileInfo) (found, error) {
	if info.IsDir() {
		if _, err := os.Stat(filepath.Join(name, inputName)); err != nil {
			if _, err := os.Stat(filepath.Join(name, planName)); err == nil {
				return a.findPlan(filepath.Join(name, planName))
			}
			return found{}, exit(ExitUsage, "there is neither %s nor %s in %s", inputName, planName, filepath.ToSlash(name))
		}
	}
	if strings.HasSuffix(name, ".json") {
		return a.findPlan(name)
	}
	in, err := a.open([]string{name})
	return found{shown: in.file, in: in}, err
}

func (a *app) findPlan(name string) (found, error) {
	info, err := os.Stat(name)
	if err != nil {
		return found{}, err
	}
	if info.Size() > maxPlan {
		return found{}, exit(ExitUsage, "%s has more than %d MiB", filepath.ToSlash(name), maxPlan>>20)
	}
	f := found{shown: filepath.ToSlash(filepath.Clean(name))}
	if f.plan, err = os.ReadFile(name); err != nil {
		return found{}, err
	}
	f.contracts, err = contractsIn(filepath.Dir(name))
	return f, err
}

// contractsIn reads the contracts of a written design; nil where there are none.
func contractsIn(dir string) ([]emit.File, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	var out []emit.File
	err = fs.WalkDir(root.FS(), "contracts", func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name == "contracts" {
			return nil
		}
		if err != nil || !entry.Type().IsRegular() || !contract.Is(name) {
			return err
		}
		if info, err := entry.Info(); err != nil || info.Size() > maxInput {
			return cmp.Or(err, exit(ExitUsage, "%s has more than %d MiB", name, maxInput>>20))
		}
		data, err := fs.ReadFile(root.FS(), name)
		out = append(out, emit.File{Path: name, Data: data})
		return err
	})
	return out, err
}

// find reads what lies at a path of the revision.
func (r revision) find(name, shown string) (found, error) {
	if r.kind(name) == "tree" {
		if in := inTree(name, inputName); r.kind(in) == "blob" {
			name = in
		} else {
			name = inTree(name, planName)
		}
	}
	if r.kind(name) != "blob" {
		return found{}, exit(ExitUsage, "%s has no %s: name another with REV:PATH or --file", shown, strings.TrimPrefix(name, "./"))
	}
	if path.Ext(name) == ".json" {
		text, err := r.read(name, maxPlan)
		return found{shown: shown, plan: text}, err
	}
	// Problems name the file by the revision's path, which is what a person opens.
	in, err := r.input(name, strings.TrimPrefix(name, "./"))
	return found{shown: shown, in: in}, err
}

// side designs what was found, or reads it back. A design that is asked about
// without a lock of its own takes that of the other one, as the next run of 'plumb
// design -o' would.
func (a *app) side(ctx context.Context, f found, before *plumb.Design) (plumb.Side, *plumb.Design, error) {
	if f.plan != nil {
		system, err := plumb.ReadPlan(f.plan)
		if err != nil {
			return plumb.Side{}, nil, exit(ExitUsage, "%s is no plan.json of this version of plumb: %v", f.shown, err)
		}
		return plumb.Side{Arch: system, Contracts: f.contracts}, nil, nil
	}
	if f.in.lock == nil && before != nil {
		f.in.lock = before.LockText()
	}
	d := a.run(f.in)
	if d.Arch == nil {
		if err := a.refused(d); err != nil {
			return plumb.Side{}, nil, err
		}
		return plumb.Side{}, nil, exit(ExitFailure, "%s gives no design", f.shown)
	}
	if err := a.repair(ctx, d); err != nil {
		return plumb.Side{}, nil, err
	}
	return plumb.Side{Arch: d.Arch, Design: d, Problems: d.Problems}, d, nil
}

// refused prints the errors of an input that gives no design.
func (a *app) refused(d *plumb.Design) error {
	var errs diag.List
	for _, p := range d.Problems {
		if p.Severity == diag.Error {
			errs = append(errs, p)
		}
	}
	if a.json {
		return a.printJSON(struct {
			Problems diag.List `json:"problems"`
		}{errs})
	}
	source := func(string) (string, bool) { return d.Doc.Source, d.Doc.Source != "" }
	return diag.Render(a.Stderr, errs, diag.Style{Color: a.colored(), Source: source})
}

// defaultInput is the input that revisions are asked for when no file is named: the
// one in this directory.
func defaultInput(file string) string {
	if file == "" {
		return inputName
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() || filepath.Ext(file) == "" && !brief.Is(file) {
		return filepath.Join(file, inputName)
	}
	return file
}
