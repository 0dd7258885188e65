using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PerfFlow.Platform.Data;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Deploy;

/// <summary>What <c>deploy/</c> says is understood by the programs that it is said to, as far as they run here without a container.</summary>
public sealed class DeployFiles : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("perfflow-deploy-").FullName;

    private static string Deploy { get; } = Path.Combine(Repository.Root, "deploy");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Units => [.. Directory.GetFiles(Path.Combine(Deploy, "systemd"), "*.service").Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Units))]
    public async Task Unit_IsUnderstoodBySystemd_AndLeavesLittleToAnIntruder(string unit)
    {
        Need("/usr/bin/systemd-analyze", "systemd");
        // The program and the file of secrets are of an installation; everything else is as shipped.
        var lines = (await File.ReadAllLinesAsync(Path.Combine(Deploy, "systemd", unit), Ct))
            .Where(l => !l.StartsWith("EnvironmentFile=", StringComparison.Ordinal)).Select(l => l.StartsWith("ExecStart=", StringComparison.Ordinal) ? "ExecStart=/bin/true" : l);
        var copy = Path.Combine(folder, unit);
        await File.WriteAllLinesAsync(copy, lines, Ct);

        var (code, said) = await RunAsync("systemd-analyze", ["verify", "--man=no", copy]);
        Assert.True(code == 0 && !said.Contains(unit, StringComparison.Ordinal), said);
        var (exposed, judged) = await RunAsync("systemd-analyze", ["security", "--offline=true", "--threshold=30", copy]);
        Assert.True(exposed == 0, judged);
    }

    [Fact]
    public async Task ReverseProxy_IsUnderstoodByNginx()
    {
        Need("/usr/sbin/nginx", "nginx");
        var (made, how) = await RunAsync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", Path.Combine(folder, "privkey.pem"), "-out", Path.Combine(folder, "fullchain.pem"), "-subj", "/CN=test", "-days", "1"]);
        Assert.True(made == 0, how);
        var site = (await File.ReadAllTextAsync(Path.Combine(Deploy, "nginx.conf"), Ct)).Replace("/etc/ssl/perfflow", folder, StringComparison.Ordinal);
        var file = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(file, $"pid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{Loopback(site)}\n}}\n", Ct);

        var (code, said) = await RunAsync("/usr/sbin/nginx", ["-t", "-c", file]);

        Assert.True(code == 0, said);

        // The check opens the ports; 80 and 443 may be somebody's.
        static string Loopback(string text)
        {
            var ports = Waiting.FreePorts(2);
            return text.Replace("listen 80;", $"listen 127.0.0.1:{ports[0]};", StringComparison.Ordinal).Replace("listen [::]:80;", "", StringComparison.Ordinal)
                .Replace("listen 443 ", $"listen 127.0.0.1:{ports[1]} ", StringComparison.Ordinal).Replace("listen [::]:443 ssl http2;", "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ComposeFiles_AreUnderstood_WithTheSecretsThatTheScriptWrites()
    {
        Need("/usr/bin/docker-compose", "docker-compose");
        await SecretsAsync(Path.Combine(folder, "secrets"));
        foreach (var name in (string[])["compose.yaml", "compose.split.yaml"])
        {
            var file = Path.Combine(folder, name);
            File.Copy(Path.Combine(Deploy, name), file);

            var (code, said) = await RunAsync("docker-compose", ["--file", file, "config", "--quiet"]);

            Assert.True(code == 0, said);
        }
    }

    [Fact]
    public async Task Secrets_AreEachServicesOwn_UnreadableForOthers_AndNeverDrawnOverOldOnes()
    {
        var secrets = Path.Combine(folder, "secrets");
        var files = await SecretsAsync(secrets);

        Assert.All(Directory.GetFiles(secrets), f => Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(f) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), f));
        foreach (var service in (string[])["platform", "intake", "notifications"])
        {
            Assert.Equal([$"ConnectionStrings__{char.ToUpperInvariant(service[0])}{service[1..]}", "ConnectionStrings__RabbitMq"], files[service].Keys.Where(k => k.StartsWith("ConnectionStrings", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        }

        Assert.Equal(files["platform"]["Intake__TicketKey"], files["intake"]["Intake__TicketKey"]);
        Assert.Equal(files["platform"]["Notifications__TicketKey"], files["notifications"]["Notifications__TicketKey"]);
        var (code, _) = await RunAsync("bash", [Path.Combine(Deploy, "secrets.sh"), secrets]);
        Assert.Equal(1, code);
    }

    [Fact]
    public async Task Roles_AreMadeOnAnEmptyServer_GetTheirPasswords_AndTheOwnerMigrates()
    {
        Need("/usr/bin/psql", "postgresql-client");
        var data = Path.Combine(Path.GetTempPath(), "perfflow-roles-" + Path.GetRandomFileName());
        await using var cluster = await PrivateCluster.StartAsync(new() { DataFolder = data }, NullLogger.Instance, Ct);
        await using var cleaner = SupervisedProcess.RemoveClusterAtEnd(data);
        var super = new NpgsqlConnectionStringBuilder(cluster.SuperuserConnectionString);
        await ExecuteAsync(super.ConnectionString, "drop database perfflow");
        await ExecuteAsync(super.ConnectionString, "drop role perfflow_intake");
        var files = await SecretsAsync(Path.Combine(folder, "secrets"), "--database", super.Host!);
        var environment = new Dictionary<string, string>(files["postgres"], StringComparer.Ordinal) { ["PGHOST"] = super.Host!, ["PGUSER"] = super.Username!, ["PGPASSWORD"] = super.Password! };

        for (var again = 0; again < 2; again++)
        {
            var (code, said) = await RunAsync("bash", [Path.Combine(Deploy, "roles.sh")], environment);
            Assert.True(code == 0, said);
        }

        var databases = new Databases { Owner = files["migrate"]["ConnectionStrings__Owner"], Platform = "", Intake = "", Notifications = "" };
        await SchemaUpdate.RunAsync(databases, NullLogger.Instance, Ct);
        foreach (var (service, table) in new[] { ("Platform", "platform.cases"), ("Intake", "intake.files"), ("Notifications", "notifications.items") })
        {
            await ExecuteAsync(files[service.ToLowerInvariant()][$"ConnectionStrings__{service}"], $"select count(*) from {table}");
        }

        NpgsqlConnection.ClearAllPools();
        // The folder goes when the server has stopped, and the server stops when nobody uses it.
        await cluster.DisposeAsync();
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static void Need(string program, string package) => Assert.SkipUnless(File.Exists(program), $"{program} is not installed (Debian: {package}).");

    private static async Task<Dictionary<string, Dictionary<string, string>>> SecretsAsync(string target, params string[] options)
    {
        var (code, said) = await RunAsync("bash", [Path.Combine(Deploy, "secrets.sh"), .. options, target]);
        Assert.True(code == 0, said);
        return Directory.GetFiles(target, "*.env").ToDictionary(
            f => Path.GetFileNameWithoutExtension(f),
            f => File.ReadAllLines(f).Select(l => l.Split('=', 2)).ToDictionary(l => l[0], l => l[1], StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }

    private static async Task<(int Code, string Said)> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
        await process.WaitForExitAsync(Ct);
        return (process.ExitCode, await output + await errors);
    }
}
