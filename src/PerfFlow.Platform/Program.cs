using PerfFlow.Platform.Commands;

return await PlatformCommandLine.RunAsync(args);
