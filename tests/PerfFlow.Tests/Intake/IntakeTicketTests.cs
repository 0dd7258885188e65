using PerfFlow.ServiceDefaults.Intake;
using Xunit;

namespace PerfFlow.Tests.Intake;

public sealed class IntakeTicketTests
{
    private readonly ManualTime _time = new();
    private readonly Guid _file = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    private readonly IntakeTickets _tickets;

    public IntakeTicketTests() => _tickets = new IntakeTickets(new byte[32], _time);

    [Fact]
    public void FreshTicket_OpensItsDoorUntilItExpires()
    {
        var token = _tickets.Issue(_file, IntakeAct.Download, IntakeHost.Clerk, _file);

        Assert.Equal(IntakeHost.Clerk, _tickets.Check(token, IntakeAct.Download, _file)!.Sender);
        Assert.Null(_tickets.Check(token, IntakeAct.Read, _file));
        Assert.Null(_tickets.Check(token, IntakeAct.Download));
        _time.Now += TimeSpan.FromSeconds(60);
        Assert.Null(_tickets.Check(token, IntakeAct.Download, _file));
    }

    [Fact]
    public void ChangedTicket_OpensNothing()
    {
        var token = _tickets.Issue(_file, IntakeAct.Download, IntakeHost.Clerk, _file);
        for (var i = 0; i < token.Length; i++)
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            // the last character of base64 holds bits that do not count
            if (i != token.Length - 1)
            {
                Assert.Null(_tickets.Check(changed, IntakeAct.Download, _file));
            }
        }
    }

    [Fact]
    public void TicketForLongerThanAMinute_IsNoTicket()
    {
        var token = _tickets.Sign(new IntakeTicket(_file, IntakeAct.Download, IntakeHost.Clerk, _time.Now.AddHours(1), _file));
        Assert.Null(_tickets.Check(token, IntakeAct.Download, _file));
    }

    private sealed class ManualTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
