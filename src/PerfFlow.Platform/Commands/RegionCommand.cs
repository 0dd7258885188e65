using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Commands;

/// <summary>
/// <c>region add --code 331121 --name 青田县 --admin &lt;user name&gt;</c>: opens a region with its bureau and first administrators,
/// whose start passwords are printed this once. Also while the platform is serving.
/// </summary>
internal static class RegionCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var code = new Option<string>("--code") { Description = "Division code, six digits", Required = true };
        var name = new Option<string>("--name") { Description = "Name of the region, e.g. 青田县", Required = true };
        var admin = new Option<string>("--admin") { Description = "User name of the system administrator, who makes bodies and accounts", Required = true };
        var security = new Option<string?>("--security") { Description = "User name of the security administrator, who gives roles (default: the administrator's with -security)" };
        var audit = new Option<string?>("--audit") { Description = "User name of the audit administrator, who reads the security log (default: the administrator's with -audit)" };
        var mark = new Option<string>("--mark") { Description = "Usual 机关代字 of its notices, e.g. 青财绩", DefaultValueFactory = _ => "" };
        var (json, data) = (HostOptions.Json(), HostOptions.Data());
        var add = new Command("add", "Opens a region with its bureau and its first administrators") { code, name, admin, security, audit, mark, json, data };
        add.SetAction(async (parsed, ct) =>
        {
            var first = parsed.GetValue(admin)!;
            var request = new NewRegion(
                parsed.GetValue(code)!, parsed.GetValue(name)!, parsed.GetValue(mark)!, first, parsed.GetValue(security) ?? first + "-security", parsed.GetValue(audit) ?? first + "-audit");
            using var logs = HostOptions.Logs(LogLevel.Warning);
            var (databases, cluster) = await HostOptions.OpenAsync(parsed.GetValue(data), logs, ct);
            await using var owned = cluster;
            // Built and never started: it listens nowhere and takes no part in the work of a platform that is serving.
            await using var app = PlatformHost.Build(new HostSettings
            {
                Databases = databases,
                DataFolder = PrivateClusterFolder.Resolve(parsed.GetValue(data)),
                Url = "http://127.0.0.1:0",
            });
            await using var scope = app.Services.CreateAsyncScope();
            var added = await scope.ServiceProvider.GetRequiredService<AddRegion>().RunAsync(request, ct);
            if (added.Refusal is { } refusal)
            {
                var texts = app.Services.GetRequiredService<TextCatalogue>().In(TextCatalogue.Chinese);
                await parsed.InvocationConfiguration.Error.WriteLineAsync(texts.Refusal(refusal).AsMemory(), ct);
                return refusal.Kind == RefusalKind.Conflict ? 1 : 2;
            }

            await parsed.InvocationConfiguration.Output.WriteLineAsync(
                (parsed.GetValue(json) ? JsonSerializer.Serialize(added.Value, Json) : Text(added.Value, app.Services.GetRequiredService<TextCatalogue>().In(TextCatalogue.Chinese))).AsMemory(), ct);
            return 0;
        });
        return new Command("region", "Regions") { add };
    }

    private static string Text(AddedRegion region, Texts texts) => string.Join('\n',
    [
        texts["region.added", region.Name, region.Code, region.Bureau],
        "",
        .. region.Accounts.Select(a => $"  {a.UserName,-24}{a.StartPassword,-24}{texts["role." + a.Role]}"),
        "",
        texts["region.added.next"],
    ]);
}
