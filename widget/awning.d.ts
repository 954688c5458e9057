// Types of the offer widget. Copy this file into your project, or download it from /docs/widget/awning.d.ts.
// What is declared here is versioned API: names and meanings stay the same within version 1.

export type Decision = "accepted" | "declined" | null;
export type Layout = "cards" | "compact" | "line";
export type Theme = "auto" | "light" | "dark";

/** What is bought, laid out as your schema says. Attributes of the element win over what is said here. */
export interface OfferRequest {
  schema?: string;
  customer?: { language?: string; currency?: string; country?: string; [name: string]: unknown };
  partner?: Record<string, unknown>;
  context?: Record<string, unknown>;
}

export interface Selection {
  decision: Decision;
  /** The chosen products; empty when declined or undecided. */
  quote_ids: string[];
  total: number | null;
  /** In the shopper's language, such as "US$41.18". */
  total_formatted: string | null;
  /** Signed. Send it along when your server confirms; null until the choice is on record. */
  token: string | null;
}

export type Reason = "no_offer" | "timeout" | "network" | "forbidden" | "invalid_request";

export interface Unavailable {
  reason: Reason;
  /** For developers, in English. */
  message: string;
  /** For invalid_request: messages laid out like the request. */
  errors?: Record<string, unknown>;
}

export interface Total {
  total_amount: number | null;
  total_amount_formatted: string | null;
}

export interface Price {
  total_amount: number;
  total_amount_without_tax: number;
  total_amount_min: number | null;
  total_amount_max: number | null;
  total_amount_formatted: string;
  total_amount_without_tax_formatted: string;
  total_amount_min_formatted: string | null;
  total_amount_max_formatted: string | null;
}

export interface Tax {
  total_amount: number;
  total_amount_formatted: string;
  breakdown: { tax_amount: number; tax_code: string; tax_amount_formatted: string }[];
}

export interface ProductDetails {
  policy_version_id: string;
  start_date: string | null;
  end_date: string | null;
  finance: { price: Price; tax: Tax; surcharge: Total; commission: Total };
  /** The policy wording. */
  pds_url: string;
  files: { name: string; url: string; type: string }[];
  extra_fields: Record<string, unknown>;
  experiment: Record<string, unknown>;
  benefits: { description: string; [name: string]: unknown }[];
}

export interface Product {
  /** The quote id: what is chosen and confirmed. */
  id: string;
  product_config_id: string;
  name: string;
  type: string | null;
  schema_url: string | null;
  details: ProductDetails;
}

export interface RuleEvent {
  type: "select" | "deselect" | "reject";
  product_ids?: string[];
  target: string;
  action: "show" | "hide" | "enable" | "disable";
}

export interface ProductRule {
  slug: string;
  product_ids: string[];
  initial_state: "show" | "hide" | "disable";
  min_select: number;
  max_select: number;
  events: RuleEvent[];
}

export interface ProductContent {
  id: string;
  product_config_id: string;
  slug: string;
  locale: string;
  title: string;
  extras?: Record<string, string>;
  benefits: Record<string, string>;
  disclaimer: string;
  exclusions: Record<string, string>;
  inclusions: Record<string, string>;
  description: string;
  terms_cta_html: string;
  disclaimer_html: string;
  credibility_badge: string;
}

export interface Content {
  schema_version: "content:1.0";
  locale: string;
  slug: string;
  title: string;
  extras: Record<string, string>;
  heading: string;
  disclaimer: string;
  price_unit: string;
  description: string;
  sub_heading: string;
  negative_cta: string;
  positive_cta: string;
  disclaimer_html: string;
  required_message: string;
  credibility_message: string;
  negative_cta_warning: string;
  terms_url: string;
  products: ProductContent[];
}

/** As Create Offer answers it. */
export interface Offer {
  id: string;
  session_id: string;
  offer_config_id: string;
  offer_schema: string;
  currency: string;
  products: Product[];
  product_rules?: ProductRule[];
  content?: Content;
  metadata?: Record<string, unknown>;
  /** Products that could not be priced, by position. */
  errors: Record<string, { message: string; type: "quote_creation_failure" }>;
}

export declare class AwningOffer extends HTMLElement {
  request: OfferRequest | undefined;
  /** null until there is an offer. */
  readonly offer: Offer | null;
  readonly selection: Selection;
  /** Asks anew with another request; done when the new panel is there, or when there is none. */
  update(request: OfferRequest): Promise<void>;
  /** Takes the choice back. */
  reset(): void;
}

export interface AwningEvents {
  "awning:ready": CustomEvent<{ offer: Offer }>;
  "awning:change": CustomEvent<Selection>;
  "awning:unavailable": CustomEvent<Unavailable>;
}

/** Orders for a page that runs before the script: awning.push({ on: "change", do: (event) => ... }). */
export type Order = {
  [Name in keyof AwningEvents]: Name extends `awning:${infer Short}`
    ? { on: Short; do: (event: AwningEvents[Name]) => void }
    : never;
}[keyof AwningEvents];

export interface Queue {
  push(...orders: Order[]): unknown;
}

export interface AwningOfferAttributes {
  /** React and Vue keep `key` for themselves: use data-key there. */
  "data-key"?: string;
  schema?: string;
  language?: string;
  country?: string;
  currency?: string;
  layout?: Layout;
  theme?: Theme;
  required?: boolean | "";
  api?: string;
  /** Shows this offer again instead of a new one. */
  offer?: string;
  nonce?: string;
  id?: string;
  class?: string;
  className?: string;
  style?: unknown;
  hidden?: boolean;
  children?: unknown;
  ref?: unknown;
  key?: string | number | null;
}

declare global {
  interface HTMLElementTagNameMap {
    "awning-offer": AwningOffer;
  }
  interface HTMLElementEventMap extends AwningEvents {}
  interface DocumentEventMap extends AwningEvents {}
  interface Window {
    awning?: Queue;
  }
  // React up to 18 and Preact. For React 19 put this into a file of your own:
  // declare module "react" {
  //   namespace JSX { interface IntrinsicElements { "awning-offer": import("./awning").AwningOfferAttributes } }
  // }
  namespace JSX {
    interface IntrinsicElements {
      "awning-offer": AwningOfferAttributes;
    }
  }
}
