using PerfFlow.Platform.Data;
using PerfFlow.Platform.Evaluations;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Appraisals;

/// <summary>A form of an evaluation or spot check: begins with what earlier forms of the case say, and is computed anew on every save.</summary>
public abstract class AppraisalKind : FilingKind
{
    public sealed override async Task<FormContent> PrefillAsync(PlatformDb db, FilingCase filing, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filing);
        return Compute(await BeginAsync(db, filing, CaseFacts.Of(Layout, filing), ct), filing.Parameters);
    }

    public sealed override FormContent Settle(FormContent typed, FormContent facts, FilingCase filing)
    {
        ArgumentNullException.ThrowIfNull(filing);
        return Compute(base.Settle(typed, facts, filing), filing.Parameters);
    }

    /// <summary>What is known beside the case's own facts, which stand in <paramref name="form"/> already.</summary>
    protected virtual Task<FormContent> BeginAsync(PlatformDb db, FilingCase filing, FormContent form, CancellationToken ct) => Task.FromResult(form);

    /// <summary>With everything that the platform computes; the same form gives the same result.</summary>
    protected virtual FormContent Compute(FormContent form, RegionParameters parameters) => form;

    /// <summary>The newest round of another form of the same case; null where there is none yet.</summary>
    protected static FormContent? Earlier(FilingCase filing, FilingKind kind)
    {
        ArgumentNullException.ThrowIfNull(filing);
        ArgumentNullException.ThrowIfNull(kind);
        return filing.AllRounds.LastOrDefault(r => r.FormCode == kind.Code) is { } round ? FilingCase.Read(round) : null;
    }
}
