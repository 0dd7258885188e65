using System.Collections.Frozen;
using System.Reflection;

namespace PerfFlow.Engine.Definitions;

/// <summary>
/// Every code of a <see cref="Reason"/>. Stable: texts, clients and stored incidents refer to them. The summaries give the sentence with
/// its places; the sentences that people read are texts of the platform.
/// </summary>
public static class ReasonCodes
{
    /// <summary>'{0}' must be a list.</summary>
    public const string MustBeList = "must-be-list";

    /// <summary>The variable has no name.</summary>
    public const string VariableWithoutName = "variable-without-name";

    /// <summary>'{0}' is no {1}.</summary>
    public const string NotOfType = "not-of-type";

    /// <summary>There is no expression type '{0}': Literal, Object, Variable, Input or JavaScript.</summary>
    public const string UnknownSyntax = "unknown-syntax";

    /// <summary>There is no variable '{0}' here.</summary>
    public const string NoVariableHere = "no-variable-here";

    /// <summary>The input has no name.</summary>
    public const string InputWithoutName = "input-without-name";

    /// <summary>'form' must name a form.</summary>
    public const string FormMissing = "form-missing";

    /// <summary>'outcomes' must list at least one outcome.</summary>
    public const string OutcomesMissing = "outcomes-missing";

    /// <summary>'{0}' names '{1}', which is no outcome of the step.</summary>
    public const string NoOutcome = "no-outcome";

    /// <summary>'{0}' must be one of {1}.</summary>
    public const string OneOf = "one-of";

    /// <summary>'{0}' must be a list of different texts.</summary>
    public const string DifferentTexts = "different-texts";

    /// <summary>'when' must be an object: outcome to variable.</summary>
    public const string WhenShape = "when-shape";

    /// <summary>'when' of '{0}' must name a variable.</summary>
    public const string WhenVariable = "when-variable";

    /// <summary>'deadline' is an object with either 'input' (a name) or 'workingDays' (1 to 1000).</summary>
    public const string DeadlineShape = "deadline-shape";

    /// <summary>'participants' is an object with 'mode' (all, any, turn or votes) and 'input' (a name).</summary>
    public const string ParticipantsShape = "participants-shape";

    /// <summary>'participants' is for a review or an act: what is filed has one author.</summary>
    public const string ParticipantsOfFill = "participants-of-fill";

    /// <summary>'participants' does not know '{0}'.</summary>
    public const string ParticipantsMember = "participants-member";

    /// <summary>'pass' of 'participants' is for votes.</summary>
    public const string PassWithoutVotes = "pass-without-votes";

    /// <summary>Votes need 'pass': the weight of approvals that passes, 1 to 20000.</summary>
    public const string VotesNeedPass = "votes-need-pass";

    /// <summary>Votes need an outcome under 'returns' for those who are against.</summary>
    public const string VotesNeedReturn = "votes-need-return";

    /// <summary>The activity has no id.</summary>
    public const string ActivityWithoutId = "activity-without-id";

    /// <summary>'{0}' is no merge mode: None, Stream, Merge, Converge, Cascade or Race.</summary>
    public const string MergeMode = "merge-mode";

    /// <summary>{0} needs '{1}'.</summary>
    public const string NeedsProperty = "needs-property";

    /// <summary>'{0}' of {1} must be a literal.</summary>
    public const string MustBeLiteral = "must-be-literal";

    /// <summary>An output needs a memoryReference.</summary>
    public const string OutputWithoutReference = "output-without-reference";

    /// <summary>The input has no typeName; Elsa would read it as null.</summary>
    public const string InputWithoutType = "input-without-type";

    /// <summary>The expression has no type.</summary>
    public const string ExpressionWithoutType = "expression-without-type";

    /// <summary>The definition has no root activity.</summary>
    public const string NoRoot = "no-root";

    /// <summary>An entry of '{0}' has no name.</summary>
    public const string WithoutName = "without-name";

    /// <summary>The file holds text that cannot be read: {0}</summary>
    public const string TextUnreadable = "text-unreadable";

    /// <summary>The event has no name.</summary>
    public const string EventWithoutName = "event-without-name";

    /// <summary>An event is for whoever waits for it; a case speaks to itself by variables.</summary>
    public const string LocalEvent = "local-event";

    /// <summary>An activity per finished item is not run here; put it at the end of the other workflow.</summary>
    public const string PortOfBulk = "port-of-bulk";

    /// <summary>'{0}' is no span of time such as 00:05:00.</summary>
    public const string NoSpan = "no-span";

    /// <summary>'{0}' is no instant.</summary>
    public const string NoInstant = "no-instant";

    /// <summary>The schedule has no next instant.</summary>
    public const string NoNextInstant = "no-next-instant";

    /// <summary>'{0}' has {1} fields; a cron expression has six, the first for seconds.</summary>
    public const string CronFields = "cron-fields";

    /// <summary>'{0}' is no part of a cron expression.</summary>
    public const string CronPart = "cron-part";

    /// <summary>'{0}' goes backwards.</summary>
    public const string CronBackwards = "cron-backwards";

    /// <summary>'{0}' is not between {1} and {2}.</summary>
    public const string CronRange = "cron-range";

    /// <summary>There is no published definition '{0}' to run inside this one. Publish it first, or mend the id.</summary>
    public const string NoDefinition = "no-definition";

    /// <summary>Where the case waits, the definition's id must be written out (a literal).</summary>
    public const string LiteralDefinition = "literal-definition";

    /// <summary>'{0}' runs itself: {1}.</summary>
    public const string RunsItself = "runs-itself";

    /// <summary>There is no activity '{0}'.</summary>
    public const string NoActivity = "no-activity";

    /// <summary>A flowchart has at most {0} activities.</summary>
    public const string TooManyActivities = "too-many-activities";

    /// <summary>Two activities have the id '{0}'.</summary>
    public const string SameId = "same-id";

    /// <summary>The connection has no {0}: there is no activity '{1}' in the flowchart.</summary>
    public const string ConnectionEnd = "connection-end";

    /// <summary>'{0}' is no mode; there are {1}.</summary>
    public const string NoMode = "no-mode";

    /// <summary>The case has no label.</summary>
    public const string CaseWithoutLabel = "case-without-label";

    /// <summary>The case '{0}' has no condition.</summary>
    public const string CaseWithoutCondition = "case-without-condition";

    /// <summary>An activity is an object with a type.</summary>
    public const string ActivityShape = "activity-shape";

    /// <summary>A loop needs a whole number.</summary>
    public const string LoopNumber = "loop-number";

    /// <summary>The definition goes round without end.</summary>
    public const string EndlessRound = "endless-round";

    /// <summary>Regular expressions do not exist here.</summary>
    public const string NoRegex = "no-regex";

    /// <summary>'{0}' does not exist here: only expressions do.</summary>
    public const string OnlyExpressions = "only-expressions";

    /// <summary>A key is needed here.</summary>
    public const string KeyExpected = "key-expected";

    /// <summary>An arrow function has an expression here, no body; an object needs parentheses.</summary>
    public const string ArrowBody = "arrow-body";

    /// <summary>The template has no end.</summary>
    public const string TemplateEnd = "template-end";

    /// <summary>An empty list has nothing to reduce.</summary>
    public const string EmptyReduce = "empty-reduce";

    /// <summary>'{0}' is no function.</summary>
    public const string NotAFunction = "not-a-function";

    /// <summary>Array.from needs a list.</summary>
    public const string ArrayFrom = "array-from";

    /// <summary>The text is no JSON: {0}</summary>
    public const string TextNoJson = "text-no-json";

    /// <summary>The value is nested too deeply.</summary>
    public const string ValueTooDeep = "value-too-deep";

    /// <summary>The expression is longer than {0} characters.</summary>
    public const string TooLong = "too-long";

    /// <summary>The expression is nested more than {0} deep.</summary>
    public const string TooDeep = "too-deep";

    /// <summary>An expression cannot assign; use the SetVariable activity.</summary>
    public const string NoAssignment = "no-assignment";

    /// <summary>'??' and '||' or '&amp;&amp;' need parentheses between them.</summary>
    public const string MixedNullish = "mixed-nullish";

    /// <summary>A sign before '**' needs parentheses.</summary>
    public const string SignedPower = "signed-power";

    /// <summary>The expression has no end.</summary>
    public const string ExpressionEnd = "expression-end";

    /// <summary>'{0}' is not expected here.</summary>
    public const string Unexpected = "unexpected";

    /// <summary>A value of type {0} cannot be iterated.</summary>
    public const string NotIterable = "not-iterable";

    /// <summary>'{0}' is read of {1}.</summary>
    public const string ReadOf = "read-of";

    /// <summary>'in' needs an object on its right.</summary>
    public const string InNeedsObject = "in-needs-object";

    /// <summary>{0} has no keys.</summary>
    public const string NoKeys = "no-keys";

    /// <summary>'{0}' is called on {1}.</summary>
    public const string CalledOn = "called-on";

    /// <summary>A value of type {0} has no method '{1}'.</summary>
    public const string NoMethodOfType = "no-method-of-type";

    /// <summary>What is called is no function.</summary>
    public const string CalledNoFunction = "called-no-function";

    /// <summary>A number base lies between 2 and 36.</summary>
    public const string NumberBase = "number-base";

    /// <summary>{0} takes {1} to {2} digits.</summary>
    public const string Digits = "digits";

    /// <summary>'{0}' is no form of normalisation.</summary>
    public const string Normalisation = "normalisation";

    /// <summary>A text cannot be repeated so often.</summary>
    public const string Repeated = "repeated";

    /// <summary>The character '{0}' has no place in an expression.</summary>
    public const string Character = "character";

    /// <summary>The comment has no end.</summary>
    public const string CommentEnd = "comment-end";

    /// <summary>'{0}' is no number.</summary>
    public const string NoNumber = "no-number";

    /// <summary>A number does not begin with 0 followed by digits.</summary>
    public const string LeadingZero = "leading-zero";

    /// <summary>The text has no end.</summary>
    public const string TextEnd = "text-end";

    /// <summary>The escape has no end.</summary>
    public const string EscapeEnd = "escape-end";

    /// <summary>Octal escapes do not exist here.</summary>
    public const string OctalEscape = "octal-escape";

    /// <summary>This is no code point.</summary>
    public const string CodePoint = "code-point";

    /// <summary>The escape lacks digits.</summary>
    public const string EscapeDigits = "escape-digits";

    /// <summary>There is no variable '{0}'.</summary>
    public const string NoVariable = "no-variable";

    /// <summary>'{0}' gives another result each time, and a case must replay the same way.</summary>
    public const string NotRepeatable = "not-repeatable";

    /// <summary>The name of the variable must be written out.</summary>
    public const string NameWrittenOut = "name-written-out";

    /// <summary>'{0}' takes one name.</summary>
    public const string OneName = "one-name";

    /// <summary>A function cannot leave the expression.</summary>
    public const string FunctionLeaves = "function-leaves";

    /// <summary>There is no function '{0}'.</summary>
    public const string NoFunction = "no-function";

    /// <summary>Tagged templates do not exist here.</summary>
    public const string TaggedTemplate = "tagged-template";

    /// <summary>There is no method '{0}'.</summary>
    public const string NoMethod = "no-method";

    /// <summary>The name '{0}' means nothing here.</summary>
    public const string NoMeaning = "no-meaning";

    /// <summary>A free name has no value.</summary>
    public const string FreeName = "free-name";

    /// <summary>The expression works too long.</summary>
    public const string WorksTooLong = "works-too-long";

    /// <summary>The expression calls itself too deeply.</summary>
    public const string CallsTooDeep = "calls-too-deep";

    /// <summary>The file is no JSON: line {0}, byte {1}.</summary>
    public const string NoJson = "no-json";

    /// <summary>A definition is a JSON object.</summary>
    public const string NotAnObject = "not-an-object";

    /// <summary>The names of the definition hold text that cannot be read.</summary>
    public const string NamesUnreadable = "names-unreadable";

    /// <summary>The value is no JSON: byte {0}.</summary>
    public const string ValueNoJson = "value-no-json";

    /// <summary>the items of '{0}'</summary>
    public const string FactItems = "fact-items";

    /// <summary>the definition that '{0}' starts</summary>
    public const string FactTarget = "fact-target";

    /// <summary>the instant of '{0}'</summary>
    public const string FactInstant = "fact-instant";

    /// <summary>The case has no condition.</summary>
    public const string BranchWithoutCondition = "branch-without-condition";

    /// <summary>All of them.</summary>
    public static IReadOnlySet<string> All { get; } = typeof(ReasonCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral)
        .Select(field => (string)field.GetRawConstantValue()!).ToFrozenSet(StringComparer.Ordinal);
}
