using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PerfFlow.Platform.Commands;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.Definitions;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Commands;

/// <summary>A fresh installation: <c>region add</c> on an empty data folder, then people at the browser.</summary>
public sealed class AddingARegion : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("perfflow-region-").FullName;
    private SupervisedProcess _end = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        // Started by root, the server runs as another user, who has to come through.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_data, (UnixFileMode)Convert.ToInt32("711", 8));
        }

        _end = SupervisedProcess.RemoveClusterAtEnd(_data);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _end.DisposeAsync();

    [Fact]
    public async Task FreshFolder_GetsARegion_WhoseAdministratorsChooseAPasswordAndLetOthersIn()
    {
        await using var cluster = await StartAsync();
        var (code, output, _) = await AddAsync("--code", "331121", "--name", "青田县", "--admin", "guan", "--mark", "青财绩", "--json");
        Assert.Equal(0, code);
        var added = JsonSerializer.Deserialize<AddedRegion>(output, JsonSerializerOptions.Web)!;
        Assert.Equal(("331121", 1, "青田县财政局"), (added.Code, added.Generation, added.Bureau));
        Assert.Equal([("ADMIN", "guan"), ("SEC_ADMIN", "guan-security"), ("AUDIT_ADMIN", "guan-audit")], added.Accounts.Select(a => (a.Role, a.UserName)));

        var (again, nothing, why) = await AddAsync("--code", "331121", "--name", "青田县", "--admin", "other");
        Assert.Equal((1, ""), (again, nothing));
        Assert.Contains("331121", why, StringComparison.Ordinal);

        await using var app = PlatformHost.Build(new HostSettings { Databases = Databases.Of(cluster), DataFolder = _data, Url = "http://127.0.0.1:0", Extra = Parser });
        await app.StartAsync(Ct);
        using var admin = new Visitor(new Uri(app.Urls.First()));
        foreach (var guess in new[] { "admin", "guan", "123456", "password" })
        {
            using var refused = await admin.SignInAsync("guan", guess);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        }

        await FirstPasswordAsync(admin, added.Accounts[0]);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/organisation")).StatusCode);
        await ImportUnitsAsync(app.Services, admin);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(admin, "/api/organisation/people", new { userName = "chen", name = "陈某某" })).StatusCode);

        // Roles are the security administrator's; the system administrator has none to give.
        using var security = new Visitor(new Uri(app.Urls.First()));
        await FirstPasswordAsync(security, added.Accounts[1]);
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<PlatformDb>();
            var (chen, school) = (db.Users.Single(u => u.UserName == "chen").Id, db.Organisations.Single(o => o.Code == "101001").Id);
            var role = new { organisationId = school, role = "UNIT", from = "2026-01-01" };
            Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(admin, $"/api/organisation/people/{chen}/roles", role)).StatusCode);
            Assert.Equal(HttpStatusCode.NoContent, (await PostAsync(security, $"/api/organisation/people/{chen}/roles", role)).StatusCode);
        }

        await DefinitionsAsync(app.Services);
        await app.StopAsync(Ct);
    }

    [Theory]
    [InlineData("--code", "33112", "--name", "青田县", "--admin", "guan")]
    [InlineData("--code", "331121", "--name", "县", "--admin", "guan")]
    [InlineData("--code", "331121", "--name", "青田县", "--admin", "管")]
    [InlineData("--code", "331121", "--name", "青田县", "--admin", "guan", "--security", "GUAN")]
    [InlineData("--code", "331121", "--name", "青田县", "--admin", "guan", "--mark", "（1）")]
    public async Task WhatCannotBe_IsBadUsageAndLeavesNothing(params string[] args)
    {
        await using var cluster = await StartAsync();

        var (code, output, error) = await AddAsync(args);

        Assert.Equal((2, ""), (code, output));
        Assert.NotEqual("", error.Trim());
        await using var source = Npgsql.NpgsqlDataSource.Create(cluster.OwnerConnectionString);
        await using var command = source.CreateCommand("select (select count(*) from platform.regions) + (select count(*) from platform.users)");
        Assert.Equal(0L, await command.ExecuteScalarAsync(Ct));
    }

    private static Dictionary<string, string?> Parser => new(StringComparer.Ordinal)
    {
        ["Intake:Parser:Command:0"] = "dotnet",
        ["Intake:Parser:Command:1"] = typeof(PlatformHost).Assembly.Location,
        ["Intake:Parser:Command:2"] = "intake-parse",
        ["Logging:LogLevel:Default"] = "Warning",
    };

    private Task<PrivateCluster> StartAsync() => PrivateCluster.StartAsync(new PrivateClusterOptions { DataFolder = _data }, NullLogger.Instance, Ct);

    private async Task<(int Code, string Output, string Error)> AddAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await RegionCommand.Create().Parse(["add", .. args, "--data", _data])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false }, Ct);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Nothing is open to a start password but the page where another one is chosen; the old one is then worth nothing.</summary>
    private static async Task FirstPasswordAsync(Visitor visitor, FirstAccount account)
    {
        await visitor.SignedInAsync(account.UserName, account.StartPassword);
        Assert.Equal("/account/password", (await visitor.GetAsync("/organisation")).Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.Forbidden, (await visitor.GetAsync("/api/organisation/people")).StatusCode);
        var own = "Quiet-river-" + account.Role.Length + "73";
        using var chosen = await visitor.SubmitAsync("/account/password", "/account/password", ("old", account.StartPassword), ("chosen", own), ("repeated", own));
        Assert.True(chosen.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(chosen));
        using var stranger = new Visitor(visitor.Http.BaseAddress!);
        using var old = await stranger.SignInAsync(account.UserName, account.StartPassword);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, old.StatusCode);
    }

    private static async Task ImportUnitsAsync(IServiceProvider services, Visitor admin)
    {
        await using var scope = services.CreateAsyncScope();
        var bureau = scope.ServiceProvider.GetRequiredService<PlatformDb>().Organisations.Single(o => o.Kind == BodyKind.Bureau).Id;
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(admin, "/api/organisation/bodies", new { kind = BodyKind.Section, code = "000001", name = "教科文股", parentId = bureau })).StatusCode);
        using var csv = new ByteArrayContent(Encoding.UTF8.GetBytes(
            "单位代码,单位名称,上级代码,归口科室,类型,有效期起,有效期止\r\n101,青田县教育局,,教科文股,主管部门,,\r\n101001,青田县实验小学,101,,预算单位,,\r\n"));
        csv.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var answer = await admin.Http.PostAsync("/api/projects/import?name=units.csv", csv, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.IsSuccessStatusCode && text.Contains("\"taken\":true", StringComparison.Ordinal), text);
    }

    /// <summary>workflows list, publish and export beside a platform that is serving.</summary>
    private async Task DefinitionsAsync(IServiceProvider services)
    {
        var file = Path.Combine(_data, "monitoring-2.json");
        await File.WriteAllBytesAsync(file, DefinitionDesk.Edited("monitoring", 2, n => DefinitionDesk.Activity(n, "fill")["metadata"]!["displayText"] = "填报监控表"), Ct);
        var (tried, told, _) = await WorkflowsAsync("publish", file, "--as", "guan", "--dry-run");
        Assert.Equal(0, tried);
        Assert.Contains("填报监控表", told, StringComparison.Ordinal);
        var (done, output, error) = await WorkflowsAsync("publish", file, "--as", "guan", "--reason", "按县局流程调整方案修订。", "--json");
        Assert.True(done == 0, error);
        var row = JsonDocument.Parse(output).RootElement.GetProperty("row").GetInt32();
        var (_, list, _) = await WorkflowsAsync("list", "--as", "guan", "--json");
        Assert.Equal(row, JsonDocument.Parse(list).RootElement.EnumerateArray().Single(l => l.GetProperty("definition").GetString() == "monitoring").GetProperty("id").GetInt32());
        var copy = Path.Combine(_data, "copy.json");
        Assert.Equal(0, (await WorkflowsAsync("export", "monitoring", row.ToString(System.Globalization.CultureInfo.InvariantCulture), copy, "--as", "guan")).Code);
        Assert.Equal(await File.ReadAllBytesAsync(file, Ct), await File.ReadAllBytesAsync(copy, Ct));
        var version = row.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains("\"ready\":0", (await WorkflowsAsync("migrate", "monitoring", "--to", version, "--as", "guan", "--anew", "review", "--dry-run", "--json")).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await WorkflowsAsync("migrate", "monitoring", "--to", version, "--as", "guan", "--reason", "按县局流程调整方案修订。")).Code);
        Assert.Equal(2, (await WorkflowsAsync("list", "--as", "guan-audit")).Code);
        Assert.Equal(2, (await WorkflowsAsync("list", "--as", "nobody")).Code);

        // Nobody signed in: journal, publication and security log say so.
        await using var db = await services.GetRequiredService<IDbContextFactory<PlatformDb>>().CreateDbContextAsync(Ct);
        var line = await db.Journal.Where(j => j.Act == "PublishDefinition").Select(j => new JournalEntry(j.Seq, j.At, j.Act, j.Visit, j.Outcome, j.Line)).SingleAsync(Ct);
        Assert.Equal(("command-line", Environment.UserName), (line.Facts.GetValueOrDefault("channel"), line.Facts.GetValueOrDefault("account")));
        Assert.Equal("command-line", await db.Publications.Where(p => p.Definition == row).Select(p => p.Channel).SingleAsync(Ct));
        var noted = await db.SecurityEvents.Where(e => e.Kind == "command-line").OrderBy(e => e.Id).Select(e => e.Detail!).ToListAsync(Ct);
        Assert.Equal(["publish", "publish", "list", "export", "migrate", "migrate", "list"], noted.Select(d => d.Split(' ', ',')[1]));
    }

    private async Task<(int Code, string Output, string Error)> WorkflowsAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await WorkflowsCommands.Create().Parse([.. args, "--region", "331121", "--data", _data])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false }, Ct);
        return (code, output.ToString(), error.ToString());
    }

    private static Task<HttpResponseMessage> PostAsync(Visitor visitor, string path, object body) => visitor.Http.PostAsJsonAsync(path, body, Ct);
}
