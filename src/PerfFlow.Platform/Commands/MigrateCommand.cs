using System.CommandLine;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Commands;

/// <summary><c>migrate</c>: brings the schemas of all services up to date, as their owner.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var data = HostOptions.Data();
        var command = new Command("migrate", "Brings the database up to date") { data };
        command.SetAction(async (parsed, ct) =>
        {
            using var logs = HostOptions.Logs();
            var (databases, cluster) = await HostOptions.OpenAsync(parsed.GetValue(data), logs, ct);
            await using var owned = cluster;
            if (cluster is null)
            {
                await SchemaUpdate.RunAsync(databases, logs.CreateLogger(nameof(SchemaUpdate)), ct);
            }

            return 0;
        });
        return command;
    }
}
