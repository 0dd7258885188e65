using System.CommandLine;
using PerfFlow.Platform.Http;

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
            if (chosen != ServiceRole.All && (string.IsNullOrEmpty(broker) || string.IsNullOrEmpty(configuration.GetConnectionString("Platform"))))
            {
                // In memory, messages for the roles that run elsewhere would be lost without a word; the private cluster has no port.
                await Console.Error.WriteLineAsync("Roles in several processes need ConnectionStrings:RabbitMq and ConnectionStrings:Platform, Intake and Notifications");
                return 2;
            }

            using var logs = HostOptions.Logs();
            var (databases, cluster) = await HostOptions.OpenAsync(parsed.GetValue(data), logs, ct);
            await using var owned = cluster;
            await using var app = PlatformHost.Build(new HostSettings
            {
                Roles = chosen,
                Databases = databases,
                RabbitMq = broker,
                DataFolder = Data.PrivateClusterFolder.Resolve(parsed.GetValue(data)),
                Url = $"http://127.0.0.1:{parsed.GetValue(port)}",
            });
            await app.RunAsync(ct);
            return 0;
        });
        return command;
    }
}
