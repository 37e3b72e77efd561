package main

import (
	"io"
	"runtime"
	"strings"
	"time"

	"curio/artifacts/command"
	"curio/artifacts/registry"
	"curio/artifacts/signature"
	"curio/artifacts/store/open"
	"curio/datasets/census"
	"curio/datasets/clean"
	"curio/datasets/eventlog/mapping"
	"curio/datasets/privacy"
	"curio/datasets/privacy/seal"
	"curio/datasets/synth"
	"curio/features/profile"
	"curio/train/clustering"
	"curio/train/pipeline"
	"curio/train/twotower"
)

// config is everything a run of train depends on, checked.
type config struct {
	Dataset  string
	Data     string
	Mapping  *mapping.Mapping // nil: the canonical columns
	Synth    synth.Options
	Checks   clean.Options
	Privacy  privacy.Options
	Profiles profile.Options
	Strength profile.StrengthOptions
	Report   census.Options

	Validate     bool
	HTML         string // file for the data report, if any
	Compare      string // earlier data report: a run of the store, or a file
	MaxRejected  float64
	AllowDamaged bool
	TempDir      string
	Encrypter    *seal.Sealer // nil: what is stored beside the artifact is not encrypted

	Store   string
	S3      open.Options // of the store, and of data in a bucket
	Alias   string
	SignKey *signature.Private // nil: what is published is not signed
	Sealer  *seal.Sealer       // nil: what is published is not encrypted
	// Identity reads the artifact that segments go on from; nil if that is not encrypted.
	Identity *seal.Identity

	Seed            uint64
	Workers         int
	Split           string
	Holdout         float64
	SpareValidation bool
	Segments        int
	SegmentMethod   string
	SegmentFeatures string
	SegmentStated   bool
	SegmentSample   int
	SegmentsAfter   string // version or alias, afterNothing, or "" for what Alias points to
	Interest        twotower.Options
	IDsOnly         bool
	Graph           pipeline.Graph

	NoRehearsal     bool
	Auto            time.Duration
	Checkpoints     string // folder
	CheckpointEvery time.Duration
	Resume          bool

	DryRun bool
	JSON   bool
}

// The data sets that --dataset names.
const (
	dataSynth     = "synth"
	dataEvents    = "events"
	dataLightGCN  = "lightgcn"
	dataRecBole   = "recbole"
	dataMovieLens = "movielens"
	dataMOOCCubeX = "mooccubex"
	dataBeauty    = "beauty"
	dataKDDCup    = "kddcup2015"
	dataJourney   = "completejourney"
)

var dataSets = []string{dataSynth, dataEvents, dataLightGCN, dataRecBole, dataMovieLens, dataMOOCCubeX, dataBeauty, dataKDDCup, dataJourney}

// parseConfig reads the command line. Its error is flag.ErrHelp or a
// *command.UsageError that names every fault.
func parseConfig(args []string, usage io.Writer) (config, error) {
	f := command.New("train", "train reads behaviour logs, fits an interest model and segments, evaluates them and publishes one artifact.")
	c := config{
		Synth: synth.Default(), Interest: twotower.Default(), Graph: pipeline.DefaultGraph(), Checks: clean.Default(),
		Profiles: profile.DefaultOptions(), Strength: profile.DefaultStrengthOptions(), Report: census.Default(),
	}
	o := &c.Interest
	var p paths
	f.Group("data")
	f.Choice(&c.Dataset, "dataset", dataSynth, dataSets, "what --data is")
	f.String(&c.Data, "data", "", "where the data set is: a folder, and for --dataset events also a file, a glob such as 'logs/2026-*/*.jsonl.gz', or s3://bucket/prefix")
	f.String(&p.mapping, "mapping", "", "how the columns of --dataset events are called: a YAML `FILE`, or one of "+strings.Join(mapping.Names(), ", "))
	f.Int(&c.Synth.Users, "users", c.Synth.Users, 1, synth.MaxUsers, "users of the synthetic platform")
	f.Int(&c.Synth.Items, "items", c.Synth.Items, 1, synth.MaxItems, "items of the synthetic platform")
	f.Int(&c.Synth.Events, "events", c.Synth.Events, 1, 1<<31-1, "events of the synthetic platform")
	c.dataFlags(f, &p)
	f.Group("store")
	open.Flags(f, &c.Store, &c.S3, "where to publish")
	f.String(&c.Alias, "alias", "latest", "alias to move to the new version")
	f.String(&p.signKey, "sign-key", "", "`FILE` with the private key to sign the new version with; experiments artifacts keygen makes one")
	f.String(&p.sealTo, "encrypt-artifact-to", "", "age recipients (age1..., or files of them), joined by commas, that alone can read what is published, but for its manifest and the run record")
	f.String(&p.identity, "identity", "", "`FILE` with the age identity to read the artifact with that segments go on from, if it is encrypted")
	f.Group("program")
	f.Seed(&c.Seed, "seed", 1, "seed of everything random")
	f.Int(&c.Workers, "workers", runtime.NumCPU(), 1, 1024, "goroutines; changes the time taken and nothing else")
	f.Group("evaluation")
	f.Choice(&c.Split, "split", string(pipeline.ByUser), []string{string(pipeline.ByUser), string(pipeline.Global)},
		"how data without a split of its own is divided in time: each user's latest interactions, or one instant for all")
	f.Float(&c.Holdout, "holdout", 0.2, 0.01, 0.9, "share of the interactions held out to evaluate on")
	f.Bool(&c.SpareValidation, "spare-validation", "keep the validation side of data that come with one out of the fit, and unmasked, as most published figures have it; the rehearsal still goes by it")
	f.Group("segments")
	f.Int(&c.Segments, "segments", 0, 0, clustering.MaxSegments, "number of user segments; 0 chooses by stability and BIC")
	f.Choice(&c.SegmentFeatures, "segment-features", string(clustering.All), names(clustering.Presets),
		"what users are told apart by: all behaviours, interest in categories and tags, both, or recency, frequency and money alone")
	f.Bool(&c.SegmentStated, "segment-demographics", "tell users apart by age, gender, occupation and region too, where these are known")
	f.Choice(&c.SegmentMethod, "segment-method", string(clustering.EM), names(clustering.Methods), "how segments are found: as normal densities, or as dense regions of any shape")
	f.Int(&c.SegmentSample, "segment-sample", clustering.DefaultSample, 100, 1_000_000, "users that segments are fitted to at most; all are put in one")
	f.String(&c.SegmentsAfter, "segments-after", "", "version or alias whose segments the new ones go on from, with their ids, or "+afterNothing+"; by default what --alias points to")
	f.Group("interest model")
	f.Int(&o.Epochs, "epochs", o.Epochs, 1, 10_000, "passes over the interactions at most; the rehearsal learns how many are best")
	f.Int(&o.EmbeddingSize, "embedding-size", o.EmbeddingSize, 1, 1024, "length of user and item vectors")
	f.Int(&o.HiddenSize, "hidden-size", o.HiddenSize, 1, 1024, "width of the feature networks")
	f.Int(&o.BatchSize, "batch-size", o.BatchSize, 1, 1<<16, "interactions a training step")
	f.Int(&o.Negatives, "negatives", o.Negatives, 1, 1<<16, "uniform negatives shared by a batch")
	f.Float(&o.Temperature, "temperature", o.Temperature, 0.01, 10, "divides the cosine of user and item before the softmax: less learns from the nearest negatives, more from all")
	f.Float(&o.LearningRate, "learning-rate", o.LearningRate, 0, 10, "step of Adam for the embeddings")
	f.Float(&o.DenseLearningRate, "dense-learning-rate", o.DenseLearningRate, 0, 10, "step of Adam for the feature networks")
	f.Float(&o.BiasLearningRate, "bias-learning-rate", o.BiasLearningRate, 0, 10, "step of Adam for the biases of the items")
	f.Float(&o.IDDropout, "id-dropout", o.IDDropout, 0, 0.99, "share of the users and items of a batch that are trained by their features alone, for those to come that have no embedding")
	f.Int(&o.Patience, "patience", o.Patience, 0, 10_000, "epochs without a better one after which the rehearsal ends; 0 goes through all of them")
	f.Bool(&c.IDsOnly, "ids-only", "leave profiles and attributes out of the interest model, to see what they are worth")
	f.Group("rehearsal")
	f.Bool(&c.NoRehearsal, "no-rehearsal", "take settings as they are; without it a fit to a part of the training data, which takes as long again, learns the best number of epochs and the item graph's gain and ridge")
	f.Duration(&c.Auto, "auto", 0, 0, 1000*time.Hour, "how long the rehearsal may look for better hyper-parameters, such as 30m; what it finds depends on that time")
	f.Group("item graph")
	f.Int(&c.Graph.Neighbours, "graph-neighbours", c.Graph.Neighbours, 0, 1000, "edges of the item graph into an item, at most; 0 goes by the size of the catalogue")
	f.Float(&c.Graph.UserPower, "graph-user-power", c.Graph.UserPower, 0, 2, "how much less a pair of items counts in a long history than in a short one; 0 counts all pairs alike")
	f.Float(&c.Graph.Ridge, "graph-ridge", c.Graph.Ridge, 1e-3, 1e6, "of the item graph, where --graph-gain does not learn it: less tells similar items apart, more trusts all alike")
	f.Float(&c.Graph.Gain, "graph-gain", c.Graph.Gain, -1, 100, "weight of the item graph; 0 leaves it out; below 0 the rehearsal learns it, and the ridge with it")
	f.Group("program")
	f.String(&c.Checkpoints, "checkpoints", checkpointFolder(), "folder for what a run that is cut off can go on from")
	f.Duration(&c.CheckpointEvery, "checkpoint-every", time.Minute, 0, 1000*time.Hour, "how often a fit saves where it is")
	f.Bool(&c.Resume, "resume", "go on from where a run of the same data and settings was cut off, if one was")
	f.Bool(&c.DryRun, "dry-run", "train and evaluate, publish nothing")
	f.Bool(&c.JSON, "json", "write the summary as JSON, and nothing else, to standard output")
	f.Section(&c.Checks, "checks", "what an event is checked against besides its own fields, and the currency of all amounts")
	f.Section(&c.Profiles, "profiles", "how profiles are kept: sessions, half-lives of interest in days, needs")
	f.Section(&c.Strength, "strength", "how much each behaviour counts, and whether the rehearsal learns better weights for histories")
	f.Section(&c.Report, "report", "the data report: who looks like a program, and how far from an earlier report is too far")
	err := f.Parse(args, usage, func() {
		c.open(f, p)
		c.check(f)
	})
	o.Seed, o.Workers = c.Seed, c.Workers
	c.Synth.Seed = c.Seed
	return c, err
}

// names are values as the command line has them.
func names[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

// check looks at what single flags cannot say.
func (c *config) check(f *command.Flags) {
	if c.Dataset != dataSynth && c.Data == "" {
		f.Fault("--dataset %s wants --data: the folder it is in", c.Dataset)
	}
	if c.Dataset == dataSynth && c.Data != "" {
		f.Fault("--data %q has no use with --dataset synth: name its format with --dataset", c.Data)
	}
	if c.Mapping != nil && c.Dataset != dataEvents {
		f.Fault("--mapping has no use with --dataset %s, whose columns are known", c.Dataset)
	}
	if c.NoRehearsal && c.Auto > 0 {
		f.Fault("--auto looks in the rehearsal, which --no-rehearsal leaves out")
	}
	if c.Resume && c.Auto > 0 {
		f.Fault("--resume cannot go on with a search, which goes by the clock: give what it found instead of --auto")
	}
	if c.HTML != "" && !c.Validate {
		f.Fault("--html goes with --validate; a training run stores its report in the run record")
	}
	if c.HTML != "" && c.Encrypter != nil {
		f.Fault("--html writes a page that anybody can read, and --encrypt-to asks for none: leave one of them out")
	}
	if strings.HasPrefix(c.Data, "s3://") && c.Dataset != dataEvents {
		f.Fault("--data %q: only --dataset events is read from S3", c.Data)
	}
	if !c.Validate && !c.DryRun || c.Compare != "" {
		open.CheckFlags(f, c.Store)
	}
	if err := registry.CheckAlias(c.Alias); err != nil {
		f.Fault("--alias: %v", err)
	}
	switch err := registry.CheckAlias(c.SegmentsAfter); {
	case c.SegmentsAfter == "" || c.SegmentsAfter == afterNothing:
	case err != nil:
		f.Fault("--segments-after: %v", err)
	case c.DryRun:
		f.Fault("--segments-after %s has no use with --dry-run, which does not look into the store", c.SegmentsAfter)
	}
	if c.Dataset == dataSynth {
		if err := c.Synth.Validate(); err != nil {
			for fault := range strings.Lines(err.Error()) {
				f.Fault("synthetic platform: %s", strings.TrimSpace(fault))
			}
		}
	}
}
