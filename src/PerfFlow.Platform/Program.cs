using PerfFlow.Intake;
using PerfFlow.Platform.Commands;

// The child process that reads received files knows nothing but its own verb.
return args is [IntakeParser.Verb, .. var rest] ? await IntakeParser.RunChildAsync(rest) : await PlatformCommandLine.RunAsync(args);
