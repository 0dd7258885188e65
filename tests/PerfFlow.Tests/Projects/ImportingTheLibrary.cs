using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Platform.Organisation;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Projects;

/// <summary>The 项目 and 执行 tables as files, through the API and Intake into the library.</summary>
public sealed class ImportingTheLibrary(PostgresServer postgres) : IAsyncLifetime
{
    private const string Header = "预算年度,项目代码,项目名称,单位代码,年初数,调整数\r\n";
    private PerfFlowApp app = null!;
    private SmallCounty county = null!;
    private Visitor who = null!;

    public async ValueTask InitializeAsync()
    {
        app = await PerfFlowApp.StartAsync(postgres);
        county = await SmallCounty.CreateAsync(app);
        who = await AsAsync(Roles.Performance);
    }

    public async ValueTask DisposeAsync()
    {
        who.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task GoodFile_IsTakenAndTheSameFileAgainChangesNothing()
    {
        const string File = Header + "2025,33112125T000000000001,校园足球,101001,100.5,120\r\n2025,33112125T000000000002,疾控体系建设,102,80,\r\n";
        var first = await ImportAsync("项目表.csv", File);
        var second = await ImportAsync("项目表.csv", File);

        Assert.True(first.GetProperty("taken").GetBoolean(), first.ToString());
        Assert.Equal((2, 0), (first.GetProperty("added").GetInt32(), first.GetProperty("changed").GetInt32()));
        Assert.Equal((0, 0), (second.GetProperty("added").GetInt32(), second.GetProperty("changed").GetInt32()));
        await using var db = app.Db();
        var project = await db.Projects.SingleAsync(p => p.Code == "33112125T000000000001", TestContext.Current.CancellationToken);
        Assert.Equal((100.5m, 120m, county.School.Id, county.CultureSection.Id), (project.Initial, project.Adjusted, project.UnitId, project.SectionId));
    }

    [Fact]
    public async Task MoneyInYuan_BecomesTenThousandYuan()
    {
        var result = await ImportAsync("项目表.csv", "预算年度,项目代码,项目名称,单位代码,年初数(元),调整数(元)\r\n2025,33112125T000000000001,校园足球,101001,1005000,1200000.55\r\n");

        Assert.True(result.GetProperty("taken").GetBoolean(), result.ToString());
        await using var db = app.Db();
        Assert.Equal(120.000055m, (await db.Projects.SingleAsync(p => p.FiscalYear == 2025, TestContext.Current.CancellationToken)).Adjusted);
    }

    [Fact]
    public async Task UnknownUnit_LeavesTheWholeFileAndNamesTheCell()
    {
        var result = await ImportAsync("项目表.csv", Header + "2025,33112125T000000000001,校园足球,101001,100,\r\n2025,33112125T000000000002,某项目,999,80,\r\n");

        Assert.False(result.GetProperty("taken").GetBoolean());
        var problem = Assert.Single(result.GetProperty("problems").EnumerateArray());
        Assert.Equal("SJ03", problem.GetProperty("code").GetString());
        Assert.Equal((3, 4), (problem.GetProperty("place").GetProperty("row").GetInt32(), problem.GetProperty("place").GetProperty("column").GetInt32()));
        Assert.Contains("没有这个单位", problem.GetProperty("wrong").GetString(), StringComparison.Ordinal);
        await using var db = app.Db();
        Assert.False(await db.Projects.AnyAsync(p => p.FiscalYear == 2025, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task GoodRows_AreTakenWhenAsked()
    {
        var refused = await ImportAsync("项目表.csv", Header + "2025,33112125T000000000001,校园足球,101001,100,\r\n2025,33112125T000000000002,某项目,999,80,\r\n");
        using var response = await who.Http.PostAsync($"/api/projects/import/{refused.GetProperty("document").GetString()}/good-rows", null, TestContext.Current.CancellationToken);
        var taken = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        Assert.Equal((1, 1), (taken.GetProperty("added").GetInt32(), taken.GetProperty("left").GetInt32()));
    }

    [Fact]
    public async Task Execution_KeepsTheNewestFigure()
    {
        await ImportAsync("执行表.csv", "项目代码,截止日期,支付数\r\n33112124T000000000001,2024-06-30,200\r\n");
        var older = await ImportAsync("执行表.csv", "项目代码,截止日期,支付数\r\n33112124T000000000001,2024-03-31,50\r\n");

        Assert.Equal(0, older.GetProperty("changed").GetInt32());
        await using var db = app.Db();
        var project = await db.Projects.SingleAsync(p => p.Id == county.SchoolProject.Id, TestContext.Current.CancellationToken);
        Assert.Equal((200m, new DateOnly(2024, 6, 30)), (project.Paid, project.PaidAsOf));
    }

    [Fact]
    public async Task Units_AreTheAdministratorsToImportAndCarryTheirSection()
    {
        const string File = "单位代码,单位名称,上级代码,归口科室,类型,有效期起,有效期止\r\n104,青田县科学技术局,,教科文股,主管部门,,\r\n104001,青田县科技馆,104,,预算单位,,\r\n";
        using var refused = await SendAsync(who, "单位表.csv", File);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        using var administrator = await AsAsync(Roles.Administrator);
        using var response = await SendAsync(administrator, "单位表.csv", File);
        var taken = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.True(taken.GetProperty("taken").GetBoolean(), taken.ToString());
        await using var db = app.Db();
        var museum = Assert.Single(await db.FilingUnitsOn(county.RegionId, app.Get<RegionClock>().Today(county.RegionId)).Where(u => u.Code == "104001").ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(county.CultureSection.Id, museum.SectionId);
    }

    [Fact]
    public async Task Unit_MayNotImport()
    {
        using var clerk = await AsAsync(Roles.Unit, county.School.Id);
        using var refused = await SendAsync(clerk, "项目表.csv", Header);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private async Task<Visitor> AsAsync(string role, long? body = null)
    {
        var name = $"importer-{role.ToLowerInvariant()}";
        var account = await Visitor.AccountAsync(app, county.RegionId, name);
        await using var scope = app.Scope();
        var granted = await scope.ServiceProvider.GetRequiredService<GrantRole>().RunAsync(
            null, county.RegionId, new RoleInput(account.UserId, body ?? county.Bureau.Id, role, new DateOnly(2020, 1, 1)), TestContext.Current.CancellationToken);
        Assert.True(granted.Ok, granted.Refusal?.Code);
        return await new Visitor(app.Address).SignedInAsync(name, account.StartPassword);
    }

    private async Task<JsonElement> ImportAsync(string name, string text)
    {
        using var response = await SendAsync(who, name, text);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonDocument.Parse(body).RootElement;
    }

    private static async Task<HttpResponseMessage> SendAsync(Visitor who, string name, string text)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text)) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        return await who.Http.PostAsync($"/api/projects/import?name={Uri.EscapeDataString(name)}", content, TestContext.Current.CancellationToken);
    }
}
