package open

import "curio/artifacts/command"

// Flags defines the flags that say which store a program uses: --store, which
// what describes in a few words, --s3-endpoint and --s3-insecure. They set
// target, Endpoint and Insecure.
func Flags(f *command.Flags, target *string, o *Options, what string) {
	f.String(target, "store", "./store", what+": file://PATH, a plain path, or s3://bucket/prefix")
	f.String(&o.Endpoint, "s3-endpoint", "", "`HOST:PORT` of the S3 server, for whatever is at s3://")
	f.Bool(&o.Insecure, "s3-insecure", "speak plain HTTP to the S3 server")
}

// CheckFlags adds a fault to f unless --store is of a form that Open knows; for
// the function given to Parse.
func CheckFlags(f *command.Flags, target string) {
	if target == "" {
		f.Fault("--store is empty: name a folder or s3://bucket/prefix")
	} else if _, _, err := split(target); err != nil {
		f.Fault("--store: %v", err)
	}
}
