package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"runtime/debug"
	"strings"
)

// Program identifies the running build: two builds that may compute differently have
// different names. It is empty when that cannot be told.
//
// A build of a released version or of a clean commit is named by what the linker
// records of it: every module with its checksum or revision, the compiler, the
// processor and the flags. Any other is named by a digest of its file.
func Program() string {
	if info, ok := debug.ReadBuildInfo(); ok && pinned(info) {
		return info.String()
	}
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}

// pinned reports whether a build follows from what is recorded of it alone.
func pinned(info *debug.BuildInfo) bool {
	for _, m := range info.Deps {
		if m.Replace != nil && m.Replace.Sum == "" { // a directory
			return false
		}
	}
	if info.Main.Sum != "" {
		return true
	}
	clean := false
	for _, s := range info.Settings {
		clean = clean || s.Key == "vcs.modified" && s.Value == "false"
	}
	return clean && !strings.Contains(info.Main.Version, "+dirty")
}
