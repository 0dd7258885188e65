using System.CommandLine;
using PerfFlow.Platform.Http;
using PerfFlow.ServiceDefaults.Faults;

namespace PerfFlow.Platform.Commands;

/// <summary><c>serve [--roles platform,intake,notifications] [--port 5080]</c></summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var roles = new Option<string>("--roles") { Description = "Which services this process runs", DefaultValueFactory = _ => "platform,intake,notifications" };
        var port = HostOptions.Port();
        var data = HostOptions.Data();
        var command = new Command("serve", "Serves the platform, or the named roles of it") { roles, port, data };
        command.SetAction(async (parsed, ct) =>
        {
            if (!ServiceRoles.TryParse(parsed.GetValue(roles)!, out var chosen))
            {
                await Console.Error.WriteLineAsync("--roles takes platform, intake and notifications, separated by commas");
                return 2;
            }

            var configuration = HostOptions.Configuration();
            var broker = configuration.GetConnectionString("RabbitMq");
            if (Missing(chosen, Data.Databases.From(configuration), broker) is { } missing)
            {
                await Console.Error.WriteLineAsync(missing);
                return 2;
            }

            if (ListenAddress.Of(configuration, parsed.GetValue(port), chosen) is not { } url)
            {
                await Console.Error.WriteLineAsync("Http:Listen takes an IP address; beyond loopback the platform needs Http:Proxies, the addresses of the proxies that end TLS for it");
                return 2;
            }

            var folder = Data.PrivateClusterFolder.Resolve(parsed.GetValue(data));
            using var faults = FaultScript.FromEnvironment(url, folder);
            using var logs = HostOptions.Logs();
            var (databases, cluster) = await HostOptions.OpenAsync(parsed.GetValue(data), logs, ct);
            await using var owned = cluster;
            await using var app = PlatformHost.Build(new HostSettings
            {
                Roles = chosen,
                Databases = databases,
                RabbitMq = broker,
                DataFolder = folder,
                Url = url,
                Time = faults ?? TimeProvider.System,
            });
            await app.RunAsync(ct);
            return 0;
        });
        return command;
    }

    /// <summary>What this choice of roles cannot do without. A process is told the connection strings of its own roles only.</summary>
    private static string? Missing(ServiceRole chosen, Data.Databases databases, string? broker)
    {
        if (chosen != ServiceRole.All && string.IsNullOrEmpty(broker))
        {
            // In memory, messages for the roles that run elsewhere would be lost without a word.
            return "Roles in several processes need ConnectionStrings:RabbitMq";
        }

        if (chosen == ServiceRole.All && !databases.Named)
        {
            return null;
        }

        // The private cluster has no port, so that roles on several machines could not share it.
        var without = new[] { (ServiceRole.Platform, databases.Platform), (ServiceRole.Intake, databases.Intake), (ServiceRole.Notifications, databases.Notifications) }
            .Where(r => chosen.HasFlag(r.Item1) && r.Item2.Length == 0).Select(r => $"ConnectionStrings:{r.Item1}").ToList();
        return without.Count == 0 ? null : $"These roles need {string.Join(" and ", without)}";
    }
}
