using System.CommandLine;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Commands;

/// <summary>
/// The one executable. Progress goes to standard error, results to standard output; 0 = done, 1 = the thing failed,
/// 2 = bad usage (design.md §9).
/// </summary>
internal static class PlatformCommandLine
{
    private const int BadUsage = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("PerfFlow: budget performance management by directives")
        {
            ServeCommand.Create(),
            MigrateCommand.Create(),
            JournalCommand.Create(),
            RegionCommand.Create(),
            DemoCommand.Create(),
            WorkflowsCommands.Create(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }

            return BadUsage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (PrivateClusterException failure)
        {
            // An expected trouble of the machine, told in words; anything else may show its trace to whoever starts the process.
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }
}
