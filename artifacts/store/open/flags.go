package open

import "curio/artifacts/command"

// Flags defines the flags that say which store a program uses: --store, which
// what describes in a few words, and how: --s3-endpoint, --s3-insecure, --s3-ca,
// --s3-create-bucket and --s3-sse. They set target and o.
func Flags(f *command.Flags, target *string, o *Options, what string) {
	FlagsFrom(f, target, o, what, "./store")
}

// FlagsFrom is Flags with another default of --store.
func FlagsFrom(f *command.Flags, target *string, o *Options, what, fallback string) {
	f.String(target, "store", fallback, what+": file://PATH, a plain path, or s3://bucket/prefix")
	f.String(&o.Endpoint, "s3-endpoint", "", "`HOST:PORT` of the S3 server, for whatever is at s3://")
	f.Bool(&o.Insecure, "s3-insecure", "speak plain HTTP to the S3 server")
	f.String(&o.CAFile, "s3-ca", "", "`FILE` with the certificate of the authority behind the S3 server's, in PEM, trusted besides those of the system; default AWS_CA_BUNDLE")
	f.Bool(&o.CreateBucket, "s3-create-bucket", "make the bucket if it is not there")
	f.String(&o.SSE, "s3-sse", "", "have the S3 server encrypt what is written: s3, kms, or kms:`KEY`")
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
