using System.Globalization;
using System.Text.RegularExpressions;

namespace PerfFlow.Platform.Data;

/// <summary>Finds the PostgreSQL programs of the machine.</summary>
internal static partial class PrivateClusterBinaries
{
    private const int OldestMajor = 14;

    /// <summary>The folder of the programs of this major version, or of the newest when a cluster is yet to be made.</summary>
    internal static async Task<string> FindAsync(PrivateClusterFolder folder, int? needed, CancellationToken ct)
    {
        var found = new SortedDictionary<int, string>();
        foreach (var bin in Candidates())
        {
            var answer = await PrivateClusterProcess.RunAsync(PrivateClusterProcess.AsSelf(Path.Combine(bin, "postgres"), ["--version"]), ct);
            if (answer.ExitCode == 0 && Major().Match(answer.Output) is { Success: true } match)
            {
                found.TryAdd(int.Parse(match.ValueSpan, CultureInfo.InvariantCulture), bin);
            }
        }

        if (needed is { } major)
        {
            return found.GetValueOrDefault(major) ?? throw new PrivateClusterException(
                $"The data in {folder.Cluster} belongs to PostgreSQL {major}; installed: {List(found.Keys)}. "
                + $"Install PostgreSQL {major} again (Debian: apt-get install postgresql-{major}), or upgrade: with {major} and the new version installed, "
                + "dump with the old one (pg_dumpall), move the folder away, start once and load the dump, or use pg_upgrade.");
        }

        var newest = found.LastOrDefault(entry => entry.Key >= OldestMajor);
        return newest.Value ?? throw new PrivateClusterException(
            $"PostgreSQL {OldestMajor} or newer is needed; installed: {List(found.Keys)}. Install it (Debian: apt-get install postgresql), or give a connection string.");
    }

    private static IEnumerable<string> Candidates()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var packaged = new[] { "/usr/lib/postgresql", "/usr/pgsql" }
            .SelectMany(prefix => Versions(prefix))
            .Select(version => Path.Combine(version, "bin"));
        return path.Where(Path.IsPathRooted)
            .Concat(packaged)
            .Select(bin => new FileInfo(Path.Combine(bin, "postgres")))
            .Where(server => server.Exists)
            // A link in /usr/local/bin leads to the folder where all the programs are.
            .Select(server => (server.ResolveLinkTarget(returnFinalTarget: true) ?? server).FullName)
            .Select(server => Path.GetDirectoryName(server)!)
            .Where(bin => File.Exists(Path.Combine(bin, "initdb")) && File.Exists(Path.Combine(bin, "pg_ctl")))
            .Distinct(StringComparer.Ordinal);
    }

    // Debian: /usr/lib/postgresql/15; the PostgreSQL project's RPMs: /usr/pgsql-15.
    private static string[] Versions(string prefix) => Directory.Exists(prefix)
        ? Directory.GetDirectories(prefix)
        : Directory.GetDirectories(Path.GetDirectoryName(prefix)!, Path.GetFileName(prefix) + "-*");

    private static string List(IEnumerable<int> majors) => majors.Any() ? string.Join(", ", majors) : "none";

    [GeneratedRegex(@"(?<=\(PostgreSQL\) )\d+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Major();
}
