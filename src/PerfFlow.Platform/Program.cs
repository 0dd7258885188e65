using PerfFlow.Intake;
using PerfFlow.Platform.Commands;

// the child that reads hostile files starts with nothing else set up: no secrets, no database, no server
return args is [IntakeParser.Verb, .. var rest] ? await IntakeParser.RunChildAsync(rest) : await PlatformCommandLine.RunAsync(args);
