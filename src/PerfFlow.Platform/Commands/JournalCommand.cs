using System.CommandLine;
using System.Text.Json;
using Npgsql;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Commands;

/// <summary><c>journal verify [--json]</c>: the auditor's one command.</summary>
internal static class JournalCommand
{
    public static Command Create()
    {
        var data = HostOptions.Data();
        var json = HostOptions.Json();
        var verify = new Command("verify", "Checks every line, head, row and day of the audit trail") { data, json };
        verify.SetAction(async (parsed, ct) =>
        {
            using var logs = HostOptions.Logs(LogLevel.Warning);
            var (databases, cluster) = await HostOptions.OpenAsync(parsed.GetValue(data), logs, ct);
            await using var owned = cluster;
            await using var source = NpgsqlDataSource.Create(databases.Platform);
            var verifier = new JournalVerifier(source, new FeatureTables(PlatformHost.FeatureTables()));
            var report = await verifier.RunAsync(new Progress<long>(n => Console.Error.Write($"\r{n} lines")), ct);
            await Console.Error.WriteLineAsync();
            await Console.Out.WriteLineAsync(parsed.GetValue(json)
                ? JsonSerializer.Serialize(report, JsonSerializerOptions.Web)
                : report.Verified
                    ? $"verified: {report.Streams} streams, {report.Lines} lines, {report.Rows} rows, {report.Days} sealed days"
                    : $"BROKEN at {report.Breaks.Count} places:\n{string.Join('\n', report.Breaks.Select(b => $"  stream {b.Stream}, line {b.Seq}: {b.Kind} {b.Table}"))}");
            return report.Verified ? 0 : 1;
        });
        return new Command("journal", "The audit trail") { verify };
    }
}
