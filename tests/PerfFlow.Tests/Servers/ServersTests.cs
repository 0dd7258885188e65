using System.Net.Mail;
using Npgsql;
using Xunit;

namespace PerfFlow.Tests.Servers;

/// <summary>The servers that the other tests rely on do what they say.</summary>
public sealed class ServersTests(PostgresServer postgres, RabbitMqServer rabbit, SmtpServer smtp, Browser browser)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Database_IsACopyOfTheTemplateMigratedOnce()
    {
        await using var one = await postgres.CreateDatabaseAsync(MigrateAsync);
        await using var two = await postgres.CreateDatabaseAsync(MigrateAsync);

        Assert.NotEqual(one.Name, two.Name);
        foreach (var database in new[] { one, two })
        {
            await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
            await connection.OpenAsync(Cancelled);
            await using var command = new NpgsqlCommand("update migrations set runs = runs + 1 returning runs", connection);
            Assert.Equal(2, await command.ExecuteScalarAsync(Cancelled));
        }
    }

    [Fact]
    public async Task ServiceRole_MayEnterButReadsNothingUngranted()
    {
        await using var database = await postgres.CreateDatabaseAsync(MigrateAsync);
        await using var connection = new NpgsqlConnection(database.ConnectionString("perfflow_intake"));
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand("select runs from migrations", connection);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteScalarAsync(Cancelled));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task Broker_ListensOnLoopback()
    {
        var address = await rabbit.AddressAsync();

        Assert.Equal("127.0.0.1", address.Host);
        Assert.True(await Waiting.ListensAsync(address.Port));
    }

    [Fact]
    public async Task Mail_ArrivesDecoded_AndARefusedRecipientIsRefused()
    {
        using var client = new SmtpClient("127.0.0.1", await smtp.PortAsync());
        using var mail = new MailMessage("bureau@example.org", "clerk@example.org", "退回通知", "请补充绩效指标。");
        await client.SendMailAsync(mail, Cancelled);
        await smtp.AnswerAsync("gone@example.org", "550 5.1.1 no such user");
        using var lost = new MailMessage("bureau@example.org", "gone@example.org", "退回通知", "请补充绩效指标。");

        await Assert.ThrowsAsync<SmtpFailedRecipientException>(() => client.SendMailAsync(lost, Cancelled));

        var received = Assert.Single(await smtp.WaitForMailsToAsync("clerk@example.org"));
        Assert.Equal("退回通知", received.Subject);
        Assert.Equal("请补充绩效指标。", received.Text.Trim());
    }

    [Fact]
    public async Task Page_IsRenderedPicturedAndJudged()
    {
        var page = await browser.OpenAsync(new Uri("http://127.0.0.1/"));
        await using var context = page.Context;
        await page.SetContentAsync("<html lang=zh><title>待办</title><body><main><h1>待办</h1><img src='data:,'></main></body></html>");

        Assert.Equal("待办", await page.Locator("h1").InnerTextAsync());
        Assert.True(new FileInfo(await Browser.ScreenshotAsync(page, "servers-test")).Length > 1000);
        var findings = await Assert.ThrowsAnyAsync<Exception>(() => Accessibility.AssertNoSeriousAxeFindingsAsync(page));
        Assert.SkipWhen(findings is Xunit.Sdk.SkipException, findings.Message);
        Assert.Contains("image-alt", findings.Message, StringComparison.Ordinal);
    }

    private static async Task MigrateAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(
            """
            create table if not exists migrations (runs int);
            insert into migrations select 0 where not exists (select from migrations);
            update migrations set runs = runs + 1;
            """,
            connection);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
