using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using PerfFlow.Platform.Http;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Http;

/// <summary>More at once than the Platform takes on: said at once and clearly, and only to those who are too many.</summary>
public sealed class LoadLimitTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BeyondItsCapacity_TheOthersAreToldWhenToComeBack_AndItAnswersAgainAfterwards()
    {
        await using var app = await PerfFlowApp.StartAsync(postgres, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Http:Load:Running"] = "1",
            ["Http:Load:Waiting"] = "0",
        });
        using var browser = new HttpClient { BaseAddress = app.Address };
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        using var program = new HttpClient { BaseAddress = app.Address };
        var signIn = await browser.GetAsync("sign-in", Ct);
        var cookies = string.Join("; ", signIn.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0]));

        using (await TakeThePlaceAsync(app.Address, cookies, program))
        {
            var page = await browser.GetAsync("sign-in", Ct);
            var answer = await program.GetAsync("api/tasks", Ct);

            Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (page.StatusCode, page.Headers.RetryAfter?.ToString()));
            Assert.Contains("系统正忙", await page.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
            Assert.Equal("5", answer.Headers.RetryAfter?.ToString());
            Assert.Equal("busy", (await answer.Content.ReadFromJsonAsync<RefusedAnswer>(Ct))?.Code);
            Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("health/live", Ct)).StatusCode);
        }

        await Waiting.UntilAsync(async () => (await browser.GetAsync("sign-in", Ct)).StatusCode == HttpStatusCode.OK, () => "the place is free again");
    }

    /// <summary>
    /// Sends half a form: whoever looks for the token in it waits for the rest. Again when it was refused itself, because the
    /// request before it has been answered and not yet ended. The half is long enough not to be cut off as too slow meanwhile.
    /// </summary>
    private static async Task<TcpClient> TakeThePlaceAsync(Uri address, string cookies, HttpClient program)
    {
        var slow = new TcpClient();
        await Waiting.UntilAsync(
            async () =>
            {
                if (!slow.Connected || slow.Available > 0)
                {
                    slow.Dispose();
                    slow = new TcpClient();
                    await slow.ConnectAsync(IPAddress.Loopback, address.Port, Ct);
                    await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                        $"POST /sign-in HTTP/1.1\r\nHost: {address.Authority}\r\nCookie: {cookies}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 50000\r\n\r\nuserName={new string('a', 40_000)}"), Ct);
                }

                return (await program.GetAsync("api/tasks", Ct)).StatusCode == HttpStatusCode.ServiceUnavailable && slow.Available == 0;
            },
            () => "the one place is taken");
        return slow;
    }
}
